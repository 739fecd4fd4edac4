-- Every source row of stock and supply that can't count, with its reason and what it holds.
with

stock_records as (

    select
        stock_record_id as source_row_id,
        source_system,
        source_instance,
        source_table,
        'stock' as topic,
        recorded_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as source_channel,
        source_sku,
        source_units,
        cast(null as {{ dbt.type_string() }}) as currency_code,
        cast(null as {{ type_money() }}) as source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        rejection_detail
    from {{ ref('int_stock_resolved') }}
    where rejection_reason is not null

),

erp_lines as (

    select
        erp_line_id as source_row_id,
        'netsuite' as source_system,
        source_instance,
        'transactionline' as source_table,
        'supply' as topic,
        transacted_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as source_channel,
        source_sku,
        source_units,
        currency_code,
        source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        transaction_type || ' ' || coalesce(transaction_number, '') as rejection_detail
    from {{ ref('int_netsuite_lines_standardised') }}
    where rejection_reason is not null

),

unused_lines as (

    select
        erp_line_id as source_row_id,
        'netsuite' as source_system,
        source_instance,
        'transactionline' as source_table,
        'supply' as topic,
        transacted_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as source_channel,
        source_sku,
        source_units,
        currency_code,
        source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        coalesce(transaction_type, '') || ' ' || coalesce(transaction_number, '') as rejection_detail
    from {{ ref('int_netsuite_lines_unused') }}

),

movements as (

    select
        movement_line_id as source_row_id,
        'wms' as source_system,
        source_instance,
        'movement' as source_table,
        'stock' as topic,
        moved_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as source_channel,
        source_sku,
        source_units,
        cast(null as {{ dbt.type_string() }}) as currency_code,
        cast(null as {{ type_money() }}) as source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        movement_reason as rejection_detail
    from {{ ref('int_wms_movements_standardised') }}
    where rejection_reason is not null

),

receipts as (

    select
        receipt_line_id as source_row_id,
        'wms' as source_system,
        source_instance,
        'receipt' as source_table,
        'supply' as topic,
        received_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as source_channel,
        source_sku,
        source_units,
        cast(null as {{ dbt.type_string() }}) as currency_code,
        cast(null as {{ type_money() }}) as source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        'purchase order ' || coalesce(purchase_order_number, '') as rejection_detail
    from {{ ref('int_wms_receipts_standardised') }}
    where rejection_reason is not null

),

final as (

    select * from stock_records
    union all
    select * from erp_lines
    union all
    select * from unused_lines
    union all
    select * from movements
    union all
    select * from receipts

)

select * from final
