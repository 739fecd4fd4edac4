-- One row per SKU, location and day of the last year: demand that the location answered for.
with

demand as (

    select * from {{ ref('fct_demand_daily') }}

),

echelons as (

    select * from {{ ref('int_location_echelons') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

final as (

    select
        {{ key_of(['demand.sku_id', 'echelons.location_id', 'demand.demand_on']) }} as location_demand_id,
        demand.sku_id,
        echelons.location_id,
        demand.demand_on,
        sum(demand.demand_units) as demand_units
    from demand
    inner join echelons on demand.location_id = echelons.member_location_id
    cross join cut_off
    where demand.demand_on > {{ dbt.dateadd('day', -365, 'cut_off.cut_off_on') }}
    group by demand.sku_id, echelons.location_id, demand.demand_on

)

select * from final
