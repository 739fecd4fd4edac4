with

erp_receipts as (

    select * from {{ ref('int_netsuite_lines_standardised') }}
    where transaction_type = 'ItemRcpt' and rejection_reason is null

),

purchase_orders as (

    select distinct
        source_instance,
        transaction_id,
        transaction_number,
        entity_id,
        transacted_on
    from {{ ref('int_netsuite_lines_standardised') }}
    where transaction_type = 'PurchOrd'

),

-- the warehouse knows the order by its number only; a number of two ERP instances names no order
purchase_orders_by_number as (

    select
        transaction_number,
        min(entity_id) as entity_id,
        min(transacted_on) as transacted_on
    from purchase_orders
    group by transaction_number
    having count(*) = 1

),

warehouse_receipts as (

    select * from {{ ref('int_wms_receipts_standardised') }}
    where rejection_reason is null

),

locations as (

    select * from {{ ref('location') }}

),

from_erp as (

    select
        erp_receipts.erp_line_id as receipt_line_id,
        'netsuite' as source_system,
        erp_receipts.sku_id,
        erp_receipts.location_id,
        purchase_orders.transaction_number as purchase_order_number,
        purchase_orders.entity_id as supplier_id,
        purchase_orders.transacted_on as ordered_on,
        erp_receipts.transacted_on as received_on,
        erp_receipts.units as received_units,
        erp_receipts.source_units,
        erp_receipts.source_amount
    from erp_receipts
    left join purchase_orders
        on
            erp_receipts.source_instance = purchase_orders.source_instance
            and erp_receipts.created_from_transaction_id = purchase_orders.transaction_id

),

from_warehouse as (

    select
        warehouse_receipts.receipt_line_id,
        'wms' as source_system,
        warehouse_receipts.sku_id,
        warehouse_receipts.location_id,
        warehouse_receipts.purchase_order_number,
        purchase_orders_by_number.entity_id as supplier_id,
        purchase_orders_by_number.transacted_on as ordered_on,
        warehouse_receipts.received_on,
        warehouse_receipts.received_units,
        warehouse_receipts.source_units,
        cast(null as {{ type_money() }}) as source_amount
    from warehouse_receipts
    left join purchase_orders_by_number
        on warehouse_receipts.purchase_order_number = purchase_orders_by_number.transaction_number

),

unioned as (

    select * from from_erp
    union all
    select * from from_warehouse

),

final as (

    select
        unioned.receipt_line_id,
        unioned.source_system,
        unioned.sku_id,
        unioned.location_id,
        unioned.purchase_order_number,
        unioned.supplier_id,
        unioned.ordered_on,
        unioned.received_on,
        {{ dbt.datediff('unioned.ordered_on', 'unioned.received_on', 'day') }} as lead_time_days,
        unioned.received_units,
        coalesce(locations.stock_system = unioned.source_system, false) as is_stock_record,
        unioned.source_units,
        unioned.source_amount
    from unioned
    left join locations on unioned.location_id = locations.location_id

)

select * from final
