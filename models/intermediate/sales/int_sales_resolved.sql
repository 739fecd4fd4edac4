-- Every sales line of every system with the reason why it can't count, also that it lies after the cut-off. Accepted
-- lines make `fct_sales`, the others go to quarantine.
{{ config(materialized='view') }}

with

sales_lines as (

    select * from {{ ref('int_sales_mapped') }}

),

cut_off as (

    select * from {{ ref('int_sales_cut_off') }}

),

final as (

    select
        sales_lines.sales_line_id,
        sales_lines.source_system,
        sales_lines.source_instance,
        sales_lines.source_table,
        sales_lines.order_id,
        sales_lines.line_id,
        sales_lines.source_sku,
        sales_lines.sku_key_type,
        sales_lines.source_channel,
        sales_lines.sku_id,
        sales_lines.sku_method,
        sales_lines.channel_id,
        sales_lines.location_id,
        sales_lines.customer_id,
        sales_lines.currency_code,
        sales_lines.exchange_rate,
        sales_lines.ordered_at,
        sales_lines.ordered_on,
        sales_lines.business_on,
        sales_lines.returned_on,
        sales_lines.source_units,
        sales_lines.source_amount,
        sales_lines.gross_units,
        sales_lines.returned_units,
        sales_lines.gross_amount,
        sales_lines.discount_amount,
        sales_lines.returned_amount,
        sales_lines.is_tax_included,
        sales_lines.tax_amount,
        sales_lines.returned_tax_amount,
        sales_lines.ordered_units,
        sales_lines.open_units,
        sales_lines.backordered_units,
        sales_lines.expected_on,
        sales_lines.landed_at,
        sales_lines.restated_at,
        sales_lines.x_columns,
        case
            when sales_lines.row_reason is not null then sales_lines.row_reason
            when sales_lines.business_on > cut_off.cut_off_on then 'dated after the cut-off'
            else sales_lines.mapping_reason
        end as rejection_reason,
        case
            when sales_lines.unreadable_columns is not null then 'columns: ' || trim(sales_lines.unreadable_columns)
            else
                'SKU ' || coalesce(sales_lines.source_sku, '')
                || ', channel ' || coalesce(sales_lines.source_channel, '')
                || ', location ' || sales_lines.location_key
        end as rejection_detail
    from sales_lines
    cross join cut_off

)

select * from final
