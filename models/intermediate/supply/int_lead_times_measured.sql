-- One row per supplier: how long its deliveries took, weighted by units, and how far that spreads.
with

erp_lines as (

    select * from {{ ref('int_netsuite_lines_standardised') }}
    where rejection_reason is null

),

purchase_orders as (

    select distinct
        source_instance,
        transaction_id,
        entity_id as supplier_id,
        transacted_on as ordered_on
    from erp_lines
    where transaction_type = 'PurchOrd'

),

receipts as (

    select
        purchase_orders.supplier_id,
        erp_lines.units as received_units,
        {{ dbt.datediff('purchase_orders.ordered_on', 'erp_lines.transacted_on', 'day') }} as lead_time_days
    from erp_lines
    inner join purchase_orders
        on
            erp_lines.source_instance = purchase_orders.source_instance
            and erp_lines.created_from_transaction_id = purchase_orders.transaction_id
    where
        erp_lines.transaction_type = 'ItemRcpt'
        and purchase_orders.supplier_id is not null
        and erp_lines.transacted_on >= purchase_orders.ordered_on

),

means as (

    select
        supplier_id,
        sum(received_units * lead_time_days) / sum(received_units) as mean_days,
        count(*) as receipt_count
    from receipts
    group by supplier_id

),

final as (

    select
        receipts.supplier_id,
        max(means.receipt_count) as receipt_count,
        {{ share('max(means.mean_days)') }} as lead_time_days,
        {{ share('sqrt(sum(receipts.received_units * (receipts.lead_time_days - means.mean_days)
            * (receipts.lead_time_days - means.mean_days)) / sum(receipts.received_units))') }} as lead_time_sd_days
    from receipts
    inner join means on receipts.supplier_id = means.supplier_id
    group by receipts.supplier_id

)

select * from final
