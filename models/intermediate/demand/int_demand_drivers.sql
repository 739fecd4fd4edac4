-- What moves demand of a category in a channel and is known ahead: the share of its SKUs on promotion and the spend on
-- media, per day, past and planned.
with

demand as (

    select * from {{ ref('fct_demand_daily') }}

),

skus as (

    select
        sku_id,
        category
    from {{ ref('dim_sku') }}

),

history as (

    select distinct
        skus.category,
        demand.channel_id,
        demand.sku_id
    from demand
    inner join skus on demand.sku_id = skus.sku_id

),

groups_of_skus as (

    select
        category,
        channel_id,
        count(*) as sku_count
    from history
    group by category, channel_id

),

days as (

    select date_on from {{ ref('int_calendar_days') }}

),

cut_off as (

    select max(demand_on) as cut_off_on from demand

),

promotions as (

    select * from {{ ref('int_promotions_planned') }}

),

spend as (

    select * from {{ ref('int_media_spend_planned') }}

),

promoted as (

    select
        history.category,
        history.channel_id,
        days.date_on,
        count(distinct history.sku_id) as promoted_sku_count
    from promotions
    inner join history on promotions.sku_id = history.sku_id and promotions.channel_id = history.channel_id
    inner join days on promotions.starts_on <= days.date_on and promotions.ends_on >= days.date_on
    group by history.category, history.channel_id, days.date_on

),

final as (

    select
        {{ key_of(['groups_of_skus.category', 'groups_of_skus.channel_id', 'days.date_on']) }} as driver_day_id,
        groups_of_skus.category,
        groups_of_skus.channel_id,
        days.date_on as demand_on,
        {{ share('coalesce(promoted.promoted_sku_count, 0) / groups_of_skus.sku_count') }} as promotion_rate,
        {{ money('coalesce(spend.spend_reporting_amount, 0)') }} as spend_amount
    from groups_of_skus
    cross join cut_off
    inner join days
        on
            days.date_on > {{ dbt.dateadd('day', -1 * var('forecast_history_days'), 'cut_off.cut_off_on') }}
            and days.date_on <= {{ dbt.dateadd('day', var('forecast_horizon_days'), 'cut_off.cut_off_on') }}
    left join promoted
        on
            groups_of_skus.category = promoted.category
            and groups_of_skus.channel_id = promoted.channel_id
            and days.date_on = promoted.date_on
    left join spend
        on groups_of_skus.channel_id = spend.channel_id and days.date_on = spend.spent_on

)

select * from final
