with

policy as (

    select * from {{ ref('int_reorder_policy') }}

),

positions as (

    select
        sku_id,
        location_id,
        is_supplied_externally,
        supplier_id,
        on_order_units,
        in_transit_units,
        case_pack_units
    from {{ ref('int_stock_positions_echelon') }}

),

final as (

    select
        {{ key_of(['policy.sku_id', 'policy.location_id']) }} as policy_id,
        policy.decided_on,
        policy.sku_id,
        policy.location_id,
        case when positions.is_supplied_externally then 'supplier' else 'transfer' end as supply_kind,
        positions.supplier_id,
        {{ share('policy.service_level') }} as service_level,
        {{ share('policy.lead_time_days') }} as lead_time_days,
        {{ share('policy.review_days') }} as review_days,
        {{ share('policy.protection_days') }} as protection_days,
        {{ share('policy.protection_mean_units') }} as protection_mean_units,
        {{ share('policy.protection_sd_units') }} as protection_sd_units,
        {{ share('policy.reorder_point_units') }} - {{ share('policy.protection_mean_units') }} as safety_stock_units,
        {{ share('policy.reorder_point_units') }} as reorder_point_units,
        {{ share('policy.order_up_to_units') }} as order_up_to_units,
        {{ money('policy.available_units') }} as available_units,
        {{ money('positions.in_transit_units') }} as in_transit_units,
        {{ money('positions.on_order_units') }} as on_order_units,
        {{ money('policy.position_units') }} as position_units,
        {{ money('positions.case_pack_units') }} as case_pack_units,
        {{ money('policy.suggested_order_units') }} as suggested_order_units,
        {{ money('policy.suggested_order_cases') }} as suggested_order_cases,
        {{ money('policy.order_amount') }} as order_amount,
        policy.order_by_on,
        policy.stock_out_on,
        {{ share('policy.expected_lost_units') }} as expected_lost_units,
        {{ share('policy.unavoidable_lost_units') }} as unavoidable_lost_units,
        {{ share('policy.avoided_lost_units') }} as avoided_lost_units,
        {{ money('policy.expected_lost_margin_amount') }} as expected_lost_margin_amount,
        {{ money('policy.avoided_lost_margin_amount') }} as avoided_lost_margin_amount,
        {{ money('policy.holding_cost_amount') }} as holding_cost_amount,
        {{ money('policy.value_amount') }} as value_amount,
        policy.method,
        policy.fallback_reason
    from policy
    inner join positions
        on policy.sku_id = positions.sku_id and policy.location_id = positions.location_id

)

select * from final
