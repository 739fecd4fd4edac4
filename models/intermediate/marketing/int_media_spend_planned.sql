-- Spend per channel and day in the reporting currency: what was spent until the cut-off, what is planned after it.
with

spend as (

    select * from {{ ref('fct_marketing_daily') }}

),

plans as (

    select * from {{ ref('stg_planning__media_plan') }}
    where delivery_rank = 1 and planned_spend_amount >= 0

),

days as (

    select * from {{ ref('dim_date') }}

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

newest_rates as (

    select
        rates.currency_code,
        rates.exchange_rate,
        row_number() over (partition by rates.currency_code order by rates.valid_on desc) as age_rank
    from rates
    cross join cut_off
    where rates.valid_on <= cut_off.cut_off_on

),

spent as (

    select
        channel_id,
        active_on as spent_on,
        sum(spend_reporting_amount) as spend_reporting_amount
    from spend
    group by channel_id, active_on

),

planned as (

    select
        plans.channel_id,
        days.date_on as spent_on,
        sum(plans.planned_spend_amount * newest_rates.exchange_rate / 7) as spend_reporting_amount
    from plans
    inner join days on plans.week_starts_on = days.week_starts_on
    inner join newest_rates
        on plans.currency_code = newest_rates.currency_code and newest_rates.age_rank = 1
    cross join cut_off
    where days.date_on > cut_off.cut_off_on
    group by plans.channel_id, days.date_on

),

unioned as (

    select * from spent
    union all
    select * from planned

),

final as (

    select
        {{ key_of(['channel_id', 'spent_on']) }} as media_spend_id,
        channel_id,
        spent_on,
        {{ money('sum(spend_reporting_amount)') }} as spend_reporting_amount
    from unioned
    group by channel_id, spent_on

)

select * from final
