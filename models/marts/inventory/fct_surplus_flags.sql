with

flags as (

    select * from {{ ref('int_surplus_flags') }}

),

positions as (

    select * from {{ ref('int_stock_positions_seasonal') }}

),

final as (

    select
        {{ key_of(['flags.sku_id', 'flags.location_id']) }} as surplus_id,
        flags.flagged_on,
        flags.sku_id,
        flags.location_id,
        flags.horizon_ends_on,
        positions.season_ends_on,
        {{ money('positions.own_on_hand_units') }} as on_hand_units,
        {{ money('positions.fed_units') }} as fed_units,
        {{ money('flags.in_transit_units') }} as in_transit_units,
        {{ money('flags.on_order_units') }} as on_order_units,
        {{ share('flags.expected_demand_units') }} as expected_demand_units,
        {{ share('flags.plausible_demand_units') }} as plausible_demand_units,
        {{ share('flags.surplus_units') }} as surplus_units,
        {{ share('flags.surplus_on_hand_units') }} as surplus_on_hand_units,
        {{ share('flags.surplus_on_order_units') }} as surplus_on_order_units,
        {{ share('flags.cover_days') }} as cover_days,
        {{ money('flags.surplus_cost_amount') }} as surplus_cost_amount,
        {{ money('flags.surplus_retail_amount') }} as surplus_retail_amount,
        {{ money('flags.recoverable_on_order_amount') }} as recoverable_on_order_amount,
        {{ money('flags.recoverable_on_hand_amount') }} as recoverable_on_hand_amount,
        {{ money('flags.recoverable_on_order_amount') }} + {{ money('flags.recoverable_on_hand_amount') }} as recoverable_amount,
        flags.act_from_on,
        flags.is_surplus,
        flags.recommended_action,
        flags.method,
        flags.fallback_reason
    from flags
    inner join positions on flags.sku_id = positions.sku_id and flags.location_id = positions.location_id

)

select * from final
