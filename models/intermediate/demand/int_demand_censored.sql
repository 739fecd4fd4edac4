-- Series that were out of stock at some time: only these need an estimate of demand. Series of a channel and category
-- share the strength of days. The planned discount is known on days out of stock too, unlike the price paid, and so is how
-- long ago the SKU was phased out: fewer ask for it month by month, as those show that still have some.
{{ config(materialized='view') }}

with

observed as (

    select * from {{ ref('int_demand_observed') }}

),

promotions as (

    select * from {{ ref('int_promotions_planned') }}

),

skus as (

    select
        sku_id,
        category,
        phase_out_on
    from {{ ref('dim_sku') }}

),

censored_series as (

    select series_id
    from observed
    where in_stock_share < 1 or has_run_out
    group by series_id

),

-- the deepest discount counts where promotions overlap
planned as (

    select
        promotions.sku_id,
        promotions.channel_id,
        days.date_on,
        max(promotions.discount_rate) as discount_rate
    from promotions
    {{ each_day('promotions.starts_on', 'promotions.ends_on') }}
    group by promotions.sku_id, promotions.channel_id, days.date_on

),

final as (

    select
        observed.demand_day_id,
        observed.series_id,
        observed.sku_id,
        {{ key_of(['observed.sku_id', 'observed.location_id']) }} as shelf_id,
        observed.channel_id || '|' || coalesce(skus.category, '') as peer_group,
        observed.demand_on,
        observed.sold_units,
        -- goods that came in later than that and sold nothing came too late for the day: put away, or back from a customer
        case
            when
                observed.in_stock_share < {{ var('late_stock_max_share') }}
                and observed.sold_units <= 0
                and not observed.has_run_out
                then 0
            else observed.in_stock_share
        end as in_stock_share,
        observed.has_run_out,
        {{ share('coalesce(planned.discount_rate, 0)') }} as planned_discount_rate,
        case
            when observed.demand_on > skus.phase_out_on
                -- after half a year hardly any is left to tell the months apart
                then cast(least(floor({{ dbt.datediff('skus.phase_out_on', 'observed.demand_on', 'day') }} / 30.0), 6) as integer)
        end as months_since_phase_out
    from observed
    inner join censored_series on observed.series_id = censored_series.series_id
    left join skus on observed.sku_id = skus.sku_id
    left join planned
        on
            observed.sku_id = planned.sku_id
            and observed.channel_id = planned.channel_id
            and observed.demand_on = planned.date_on

)

select * from final
