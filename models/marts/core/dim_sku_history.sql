with

versions as (

    select * from {{ ref('snap_sku_terms') }}

),

final as (

    select
        version_id,
        sku_id,
        price_channel_id,
        currency_code,
        list_price_amount,
        paid_price_amount,
        unit_cost_amount,
        supplier_id,
        agreed_lead_time_days,
        minimum_order_units,
        case_pack_units,
        valid_from_on,
        {{ valid_to_on('valid_before_on') }} as valid_to_on,
        valid_before_on is null as is_current
    from versions

)

select * from final
