-- One row per SKU and location for the search for surplus: own stock, and of the fed locations as much as they will
-- sell themselves; the season's end; the elasticity a markdown would meet.
with

positions as (

    select * from {{ ref('int_stock_positions_local') }}

),

echelons as (

    select * from {{ ref('int_location_echelons') }}

),

skus as (

    select * from {{ ref('dim_sku') }}

),

elasticities as (

    select * from {{ ref('int_price_elasticity') }}

),

seasons as (

    select * from {{ ref('season') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

demand_ahead as (

    select
        sku_id,
        location_id,
        sum(own_mean_units) as own_demand_units
    from {{ ref('int_location_forecast_summed') }}
    group by sku_id, location_id

),

forecast_keys as (

    select
        sku_id,
        location_id
    from demand_ahead

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

season_dates as (

    select
        seasons.season,
        cut_off.cut_off_on,
        cast(
            cast(extract(year from cut_off.cut_off_on) as {{ dbt.type_int() }})
            || '-' || seasons.ends_month || '-' || seasons.ends_day as date
        ) as ends_on
    from seasons
    cross join cut_off

),

season_ends as (

    select
        season,
        case
            when ends_on > cut_off_on then ends_on
            else cast({{ dbt.dateadd('year', 1, 'ends_on') }} as date)
        end as season_ends_on
    from season_dates

),

final as (

    select
        positions.stock_position_id,
        positions.sku_id,
        positions.location_id,
        positions.on_hand_units as own_on_hand_units,
        coalesce(fed.fed_units, 0) as fed_units,
        positions.on_hand_units + coalesce(fed.fed_units, 0) as on_hand_units,
        positions.committed_units,
        positions.unsellable_units,
        case when echelons.is_supplied_externally then 0 else positions.in_transit_units end as in_transit_units,
        positions.on_order_units,
        skus.unit_cost_amount,
        skus.unit_price_amount,
        elasticities.elasticity,
        case
            when
                skus.phase_out_on > cut_off.cut_off_on
                and (season_ends.season_ends_on is null or skus.phase_out_on < season_ends.season_ends_on)
                then skus.phase_out_on
            else season_ends.season_ends_on
        end as season_ends_on
    from positions
    cross join cut_off
    inner join echelons
        on positions.location_id = echelons.location_id and echelons.location_id = echelons.member_location_id
    inner join skus on positions.sku_id = skus.sku_id
    left join fed on positions.sku_id = fed.sku_id and positions.location_id = fed.location_id
    left join elasticities on positions.sku_id = elasticities.sku_id
    left join season_ends on skus.season = season_ends.season
    left join forecast_keys
        on positions.sku_id = forecast_keys.sku_id and positions.location_id = forecast_keys.location_id
    -- what is too new to have a forecast has no surplus yet
    where
        forecast_keys.sku_id is not null
        or coalesce(skus.launch_on, skus.created_on) is null
        or coalesce(skus.launch_on, skus.created_on)
        <= {{ dbt.dateadd('day', -1 * var('new_item_days'), 'cut_off.cut_off_on') }}

)

select * from final
