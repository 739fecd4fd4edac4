-- Series that were out of stock at some time: only these need an estimate of demand. The weekday's level is taken by
-- channel and category.
with

observed as (

    select * from {{ ref('int_demand_observed') }}

),

skus as (

    select
        sku_id,
        category
    from {{ ref('dim_sku') }}

),

censored_series as (

    select series_id
    from observed
    where in_stock_share < 1
    group by series_id

),

final as (

    select
        observed.demand_day_id,
        observed.series_id,
        observed.channel_id || '|' || coalesce(skus.category, '') as weekday_group,
        observed.demand_on,
        observed.sold_units,
        observed.in_stock_share
    from observed
    inner join censored_series on observed.series_id = censored_series.series_id
    left join skus on observed.sku_id = skus.sku_id

)

select * from final
