with

policy as (

    select * from {{ ref('int_reorder_policy') }}

),

final as (

    select
        policy_id,
        decided_on,
        sku_id,
        location_id,
        case when is_supplied_externally then 'supplier' else 'transfer' end as supply_kind,
        supplier_id,
        {{ share('service_level') }} as service_level,
        {{ share('lead_time_days') }} as lead_time_days,
        {{ share('review_days') }} as review_days,
        {{ share('protection_days') }} as protection_days,
        {{ share('protection_mean_units') }} as protection_mean_units,
        {{ share('protection_sd_units') }} as protection_sd_units,
        {{ share('reorder_point_units') }} - {{ share('protection_mean_units') }} as safety_stock_units,
        {{ share('reorder_point_units') }} as reorder_point_units,
        {{ share('order_up_to_units') }} as order_up_to_units,
        {{ money('available_units') }} as available_units,
        {{ money('in_transit_units') }} as in_transit_units,
        {{ money('on_order_units') }} as on_order_units,
        {{ money('position_units') }} as position_units,
        {{ money('case_pack_units') }} as case_pack_units,
        {{ money('suggested_order_units') }} as suggested_order_units,
        {{ money('suggested_order_cases') }} as suggested_order_cases,
        {{ money('order_amount') }} as order_amount,
        order_by_on,
        stock_out_on,
        {{ share('expected_lost_units') }} as expected_lost_units,
        {{ share('unavoidable_lost_units') }} as unavoidable_lost_units,
        {{ share('avoided_lost_units') }} as avoided_lost_units,
        {{ money('expected_lost_margin_amount') }} as expected_lost_margin_amount,
        {{ money('avoided_lost_margin_amount') }} as avoided_lost_margin_amount,
        {{ money('holding_cost_amount') }} as holding_cost_amount,
        {{ money('value_amount') }} as value_amount,
        method,
        fallback_reason
    from policy

)

select * from final
