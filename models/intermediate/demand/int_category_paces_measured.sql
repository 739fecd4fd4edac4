-- The pace of a category in a channel: units sold per series in stock, day by day. Season, weekday, promotions of the
-- category and media are all in it.
with

observed as (

    select * from {{ ref('int_demand_observed') }}

),

skus as (

    select
        sku_id,
        coalesce(category, '') as category
    from {{ ref('dim_sku') }}

),

summed as (

    select
        skus.category,
        observed.channel_id,
        observed.demand_on,
        sum(observed.sold_units) as sold_units,
        sum(observed.in_stock_share) as stocked_series_count
    from observed
    inner join skus on observed.sku_id = skus.sku_id
    group by skus.category, observed.channel_id, observed.demand_on

),

final as (

    select
        {{ key_of(['category', 'channel_id', 'demand_on']) }} as category_pace_id,
        category,
        channel_id,
        demand_on,
        {{ share('coalesce(sold_units / nullif(stocked_series_count, 0), 0)') }} as pace_units
    from summed

)

select * from final
