-- One row per SKU and location for the search for surplus: own stock, and of the fed locations as much as they will
-- sell themselves; the season's end; the elasticity a markdown would meet. What is too new to have a forecast has no
-- surplus yet.
with

positions as (

    select * from {{ ref('int_stock_positions_local') }}

),

echelons as (

    select * from {{ ref('int_location_echelons') }}

),

seasons as (

    select * from {{ ref('int_sku_seasons_dated') }}

),

elasticities as (

    select * from {{ ref('int_price_elasticity') }}

),

forecast as (

    select * from {{ ref('int_demand_forecast') }}

),

demand_ahead as (

    select
        sku_id,
        location_id,
        sum({{ share('mean_units') }}) as own_demand_units
    from forecast
    group by sku_id, location_id

),

forecast_skus as (

    select distinct sku_id from forecast

),

fed as (

    -- a fed location's stock serves the warehouse's customers only as far as its own demand goes
    select
        positions.sku_id,
        echelons.location_id,
        sum(case
            when positions.available_units + positions.in_transit_units <= 0 then 0
            when positions.available_units + positions.in_transit_units < coalesce(demand_ahead.own_demand_units, 0)
                then positions.available_units + positions.in_transit_units
            else coalesce(demand_ahead.own_demand_units, 0)
        end) as fed_units
    from positions
    inner join echelons
        on positions.location_id = echelons.member_location_id and echelons.location_id != echelons.member_location_id
    left join demand_ahead
        on positions.sku_id = demand_ahead.sku_id and positions.location_id = demand_ahead.location_id
    group by positions.sku_id, echelons.location_id

),

final as (

    select
        positions.stock_position_id,
        positions.sku_id,
        positions.location_id,
        seasons.flagged_on,
        positions.on_hand_units as own_on_hand_units,
        coalesce(fed.fed_units, 0) as fed_units,
        positions.on_hand_units + coalesce(fed.fed_units, 0) as on_hand_units,
        positions.committed_units,
        positions.unsellable_units,
        case when echelons.is_supplied_externally then 0 else positions.in_transit_units end as in_transit_units,
        positions.on_order_units,
        positions.cancellable_units,
        seasons.unit_cost_amount,
        seasons.unit_price_amount,
        elasticities.elasticity,
        seasons.season_ends_on
    from positions
    inner join echelons
        on positions.location_id = echelons.location_id and echelons.location_id = echelons.member_location_id
    inner join seasons on positions.sku_id = seasons.sku_id
    left join fed on positions.sku_id = fed.sku_id and positions.location_id = fed.location_id
    left join elasticities on positions.sku_id = elasticities.sku_id
    left join forecast_skus on positions.sku_id = forecast_skus.sku_id
    where forecast_skus.sku_id is not null or not seasons.is_new

)

select * from final
