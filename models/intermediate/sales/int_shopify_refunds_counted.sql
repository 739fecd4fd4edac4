-- Refunded lines again, now that it's known which order lines count: a refund on a line in quarantine goes there too.
with

refund_lines as (

    select * from {{ ref('int_shopify_refunds_standardised') }}

),

accepted_lines as (

    select
        sales_line_id,
        source_instance,
        line_id
    from {{ ref('int_sales_resolved') }}
    where source_system = 'shopify' and rejection_reason is null

),

final as (

    select
        refund_lines.refund_line_id,
        refund_lines.source_instance,
        accepted_lines.sales_line_id,
        refund_lines.order_id,
        refund_lines.order_line_id,
        refund_lines.refund_id,
        refund_lines.refunded_on,
        refund_lines.restock_type,
        refund_lines.is_restocked,
        refund_lines.currency_code,
        refund_lines.source_sku,
        refund_lines.source_units,
        refund_lines.source_amount,
        refund_lines.tax_amount,
        refund_lines.landed_at,
        case
            when refund_lines.rejection_reason is not null then refund_lines.rejection_reason
            when accepted_lines.line_id is null then 'refund of a line in quarantine'
        end as rejection_reason
    from refund_lines
    left join accepted_lines
        on
            refund_lines.source_instance = accepted_lines.source_instance
            and refund_lines.order_line_id = accepted_lines.line_id

)

select * from final
