with

versions as (

    select * from {{ ref('snap_supplier_terms') }}

),

final as (

    select
        version_id,
        supplier_id,
        supplier_name,
        currency_code,
        payment_terms,
        agreed_lead_time_days,
        minimum_order_units,
        valid_from_on,
        {{ valid_to_on('valid_before_on') }} as valid_to_on,
        valid_before_on is null as is_current
    from versions

)

select * from final
