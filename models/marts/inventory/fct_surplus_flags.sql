with

flags as (

    select * from {{ ref('int_surplus_flags') }}

),

final as (

    select
        surplus_id,
        flagged_on,
        sku_id,
        location_id,
        horizon_ends_on,
        season_ends_on,
        {{ money('own_on_hand_units') }} as on_hand_units,
        {{ money('fed_units') }} as fed_units,
        {{ money('in_transit_units') }} as in_transit_units,
        {{ money('on_order_units') }} as on_order_units,
        {{ money('cancellable_units') }} as cancellable_units,
        {{ share('expected_demand_units') }} as expected_demand_units,
        {{ share('plausible_demand_units') }} as plausible_demand_units,
        {{ share('surplus_units') }} as surplus_units,
        {{ share('surplus_on_hand_units') }} as surplus_on_hand_units,
        {{ share('surplus_on_order_units') }} as surplus_on_order_units,
        {{ share('cover_days') }} as cover_days,
        {{ money('surplus_cost_amount') }} as surplus_cost_amount,
        {{ money('surplus_retail_amount') }} as surplus_retail_amount,
        {{ money('recoverable_on_order_amount') }} as recoverable_on_order_amount,
        {{ money('recoverable_on_hand_amount') }} as recoverable_on_hand_amount,
        {{ money('recoverable_on_order_amount') }} + {{ money('recoverable_on_hand_amount') }} as recoverable_amount,
        act_from_on,
        is_surplus,
        recommended_action,
        method,
        fallback_reason
    from flags

)

select * from final
