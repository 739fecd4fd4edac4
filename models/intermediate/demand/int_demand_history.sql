-- What the forecast learns from: demand of every series that is still on sale, with its category.
with

demand as (

    select * from {{ ref('fct_demand_daily') }}

),

skus as (

    select
        sku_id,
        category,
        phase_out_on
    from {{ ref('dim_sku') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

last_sales as (

    select
        sku_id,
        channel_id,
        location_id,
        max(demand_on) as last_sold_on
    from demand
    where sold_units > 0
    group by sku_id, channel_id, location_id

),

final as (

    select
        demand.demand_day_id,
        demand.sku_id,
        demand.channel_id,
        demand.location_id,
        skus.category,
        demand.demand_on,
        demand.demand_units,
        demand.in_stock_share,
        demand.is_promoted
    from demand
    cross join cut_off
    inner join skus on demand.sku_id = skus.sku_id
    inner join last_sales
        on
            demand.sku_id = last_sales.sku_id
            and demand.channel_id = last_sales.channel_id
            and demand.location_id = last_sales.location_id
    where
        demand.demand_on > {{ dbt.dateadd('day', -1 * var('forecast_history_days'), 'cut_off.cut_off_on') }}
        -- what hasn't sold for a year has no demand left, whatever the shop lists
        and last_sales.last_sold_on > {{ dbt.dateadd('day', -1 * var('forecast_dormant_days'), 'cut_off.cut_off_on') }}

)

select * from final
