with

suppliers as (

    select * from {{ ref('int_suppliers_standardised') }}

),

lead_times as (

    select * from {{ ref('int_lead_times_measured') }}

),

final as (

    select
        suppliers.supplier_id,
        suppliers.vendor_code as supplier_code,
        suppliers.vendor_name as supplier_name,
        suppliers.currency_code,
        suppliers.payment_terms,
        suppliers.agreed_lead_time_days,
        suppliers.minimum_order_units,
        lead_times.lead_time_days as measured_lead_time_days,
        lead_times.lead_time_sd_days as measured_lead_time_sd_days,
        cast(coalesce(lead_times.receipt_count, 0) as {{ dbt.type_bigint() }}) as receipt_count
    from suppliers
    left join lead_times on suppliers.supplier_id = lead_times.supplier_id

)

select * from final
