-- What the facts of purchase orders, receipts and movements hold of each source table per account, day and currency: the
-- facts' own units and money, with account and day from the row they were made of.
with

ledger_lines as (

    select
        erp_line_id as source_row_id,
        source_instance,
        'netsuite' as source_system,
        'transactionline' as source_table,
        transacted_on as occurred_on,
        currency_code
    from {{ ref('int_netsuite_lines_standardised') }}

),

warehouse_receipts as (

    select
        receipt_line_id as source_row_id,
        source_instance,
        'wms' as source_system,
        'receipt' as source_table,
        received_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as currency_code
    from {{ ref('int_wms_receipts_standardised') }}

),

warehouse_movements as (

    select
        movement_line_id as source_row_id,
        source_instance,
        'wms' as source_system,
        'movement' as source_table,
        moved_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as currency_code
    from {{ ref('int_wms_movements_standardised') }}

),

source_rows as (

    select * from ledger_lines
    union all
    select * from warehouse_receipts
    union all
    select * from warehouse_movements

),

fact_rows as (

    select
        purchase_order_line_id as source_row_id,
        source_units,
        source_amount
    from {{ ref('fct_purchase_orders') }}
    union all
    select
        receipt_line_id as source_row_id,
        source_units,
        source_amount
    from {{ ref('fct_receipts') }}
    union all
    select
        stock_movement_id as source_row_id,
        source_units,
        source_amount
    from {{ ref('fct_stock_movements') }}

),

final as (

    select
        {{ key_of([
            'source_rows.source_system', 'source_rows.source_table', 'source_rows.source_instance',
            'source_rows.occurred_on', 'source_rows.currency_code',
        ]) }} as fact_total_id,
        source_rows.source_system,
        source_rows.source_instance,
        source_rows.source_table,
        source_rows.occurred_on,
        source_rows.currency_code,
        cast(count(*) as {{ dbt.type_bigint() }}) as row_count,
        {{ money('coalesce(sum(fact_rows.source_units), 0)') }} as source_units,
        {{ money('coalesce(sum(fact_rows.source_amount), 0)') }} as source_amount
    from fact_rows
    inner join source_rows on fact_rows.source_row_id = source_rows.source_row_id
    group by
        source_rows.source_system,
        source_rows.source_instance,
        source_rows.source_table,
        source_rows.occurred_on,
        source_rows.currency_code

)

select * from final
