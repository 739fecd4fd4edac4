with

versions as (

    select * from {{ ref('snap_reorder_policy') }}

),

final as (

    select
        version_id,
        policy_id,
        sku_id,
        location_id,
        supply_kind,
        supplier_id,
        service_level,
        lead_time_days,
        review_days,
        safety_stock_units,
        reorder_point_units,
        order_up_to_units,
        method,
        valid_from_on,
        {{ valid_to_on('valid_before_on') }} as valid_to_on,
        valid_before_on is null as is_current
    from versions

)

select * from final
