-- Suppliers of the ERP, one row each, with the terms they agreed to.
with

vendors as (

    select
        *,
        row_number() over (partition by vendor_id order by source_instance) as instance_rank
    from {{ ref('stg_netsuite__vendor') }}
    where delivery_rank = 1

),

terms as (

    select
        vendor_id,
        avg(lead_time_days) as agreed_lead_time_days
    from {{ ref('stg_netsuite__itemvendor') }}
    where delivery_rank = 1
    group by vendor_id

),

own_terms as (

    select * from {{ ref('supplier_terms') }}

),

final as (

    select
        vendors.vendor_id as supplier_id,
        vendors.vendor_code,
        vendors.vendor_name,
        vendors.currency_code,
        vendors.payment_terms,
        {{ share('terms.agreed_lead_time_days') }} as agreed_lead_time_days,
        {{ money('own_terms.minimum_order_units') }} as minimum_order_units
    from vendors
    left join terms on vendors.vendor_id = terms.vendor_id
    left join own_terms on vendors.vendor_id = own_terms.supplier_id
    where vendors.instance_rank = 1

)

select * from final
