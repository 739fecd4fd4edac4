-- Suppliers of the ERP, one row each, with the terms they agreed to.
with

mapped as (

    select * from {{ ref('int_suppliers_mapped') }}
    where source_system = 'netsuite' and supplier_id is not null

),

vendors as (

    select
        listed.*,
        mapped.supplier_id,
        row_number() over (partition by mapped.supplier_id order by listed.source_instance, listed.vendor_id) as instance_rank
    from {{ ref('stg_netsuite__vendor') }} as listed
    inner join mapped
        on listed.source_instance = mapped.source_instance and listed.vendor_id = mapped.source_supplier
    where listed.delivery_rank = 1

),

terms as (

    select
        mapped.supplier_id,
        avg(itemvendors.lead_time_days) as agreed_lead_time_days
    from {{ ref('stg_netsuite__itemvendor') }} as itemvendors
    inner join mapped
        on itemvendors.source_instance = mapped.source_instance and itemvendors.vendor_id = mapped.source_supplier
    where itemvendors.delivery_rank = 1
    group by mapped.supplier_id

),

own_terms as (

    select * from {{ ref('supplier_terms') }}

),

final as (

    select
        vendors.supplier_id,
        vendors.vendor_code,
        vendors.vendor_name,
        vendors.currency_code,
        vendors.payment_terms,
        {{ share('terms.agreed_lead_time_days') }} as agreed_lead_time_days,
        {{ money('own_terms.minimum_order_units') }} as minimum_order_units
    from vendors
    left join terms on vendors.supplier_id = terms.supplier_id
    left join own_terms on vendors.supplier_id = own_terms.supplier_id
    where vendors.instance_rank = 1

)

select * from final
