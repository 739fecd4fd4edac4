-- Every source row that can't count, of every system, with its reason and what it holds.
with

sales_lines as (

    select
        sales_line_id as source_row_id,
        source_system,
        source_instance,
        source_table,
        'sales' as topic,
        business_on as occurred_on,
        source_sku,
        source_units,
        currency_code,
        source_amount,
        {{ money('source_amount * exchange_rate') }} as stake_reporting_amount,
        rejection_reason,
        rejection_detail
    from {{ ref('int_sales_resolved') }}
    where rejection_reason is not null

),

refund_lines as (

    select
        refund_line_id as source_row_id,
        'shopify' as source_system,
        source_instance,
        'order_line_refund' as source_table,
        'sales' as topic,
        refunded_on as occurred_on,
        source_sku,
        source_units,
        currency_code,
        source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        'order line ' || coalesce(order_line_id, '') as rejection_detail
    from {{ ref('int_shopify_refunds_counted') }}
    where rejection_reason is not null

),

stock_records as (

    select
        stock_record_id as source_row_id,
        source_system,
        source_instance,
        source_table,
        'stock' as topic,
        recorded_on as occurred_on,
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

marketing_rows as (

    select
        marketing_row_id as source_row_id,
        platform as source_system,
        source_instance,
        source_table,
        'marketing' as topic,
        active_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as source_sku,
        cast(null as {{ type_money() }}) as source_units,
        currency_code,
        spend_amount as source_amount,
        {{ money('spend_amount * exchange_rate') }} as stake_reporting_amount,
        rejection_reason,
        rejection_detail
    from {{ ref('int_marketing_resolved') }}
    where rejection_reason is not null

),

unioned as (

    select * from sales_lines
    union all
    select * from refund_lines
    union all
    select * from stock_records
    union all
    select * from erp_lines
    union all
    select * from unused_lines
    union all
    select * from movements
    union all
    select * from receipts
    union all
    select * from marketing_rows

),

final as (

    select * from unioned

)

select * from final
