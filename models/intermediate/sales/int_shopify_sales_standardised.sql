-- Order lines of the shops, with what was refunded on them.
with

order_lines as (

    select * from {{ ref('stg_shopify__order_line') }}

),

orders as (

    select
        *,
        -- a full sync may give an order another id, its name stays
        row_number() over (
            partition by source_instance, coalesce(order_name, order_id)
            order by synced_at desc, order_id desc
        ) as name_rank
    from {{ ref('stg_shopify__order') }}
    where delivery_rank = 1

),

variants as (

    select * from {{ ref('stg_shopify__product_variant') }}
    where delivery_rank = 1

),

allocations_by_line as (

    select
        source_instance,
        order_line_id,
        sum(discount_amount) as allocated_amount
    from {{ ref('stg_shopify__discount_allocation') }}
    where delivery_rank = 1
    group by source_instance, order_line_id

),

refunds_by_line as (

    select
        source_instance,
        order_line_id,
        -- a refund counts on the delivery that counts
        1 as delivery_rank,
        sum(source_units) as returned_units,
        sum(source_amount) as returned_amount,
        max(refunded_on) as returned_on
    from {{ ref('int_shopify_refunds_standardised') }}
    where rejection_reason is null
    group by source_instance, order_line_id

),

final as (

    select
        'shopify|order_line|' || order_lines.delivered_row_id as sales_line_id,
        'shopify' as source_system,
        order_lines.source_instance,
        'order_line' as source_table,
        order_lines.order_id,
        order_lines.order_line_id as line_id,
        coalesce(nullif(trim(order_lines.source_sku), ''), variants.source_sku) as source_sku,
        'sku' as sku_key_type,
        orders.source_channel,
        cast(null as {{ dbt.type_string() }}) as fulfilment_channel,
        orders.location_id as source_location,
        coalesce(orders.customer_email_hash, 'shopify|' || orders.source_instance || '|' || orders.customer_id) as customer_id,
        orders.currency_code,
        coalesce(orders.processed_at, orders.created_at) as ordered_at,
        orders.ordered_on as business_on,
        refunds_by_line.returned_on,
        order_lines.units as source_units,
        order_lines.gross_amount as source_amount,
        order_lines.units as gross_units,
        {{ money('coalesce(refunds_by_line.returned_units, 0)') }} as returned_units,
        order_lines.gross_amount,
        -- a line's own discount leaves out codes and whole-order discounts, its allocations hold all
        case
            when allocations_by_line.allocated_amount > order_lines.discount_amount
                then {{ money('allocations_by_line.allocated_amount') }}
            else order_lines.discount_amount
        end as discount_amount,
        {{ money('coalesce(refunds_by_line.returned_amount, 0)') }} as returned_amount,
        order_lines.unreadable_columns,
        order_lines.x_columns,
        case
            when order_lines.unreadable_columns is not null then 'unreadable value'
            when order_lines.order_line_id is null then 'missing key'
            when order_lines.delivery_rank > 1 or orders.name_rank > 1 then 'repeated delivery'
            when orders.order_id is null then 'line without its order'
            when orders.is_test then 'test order'
            when order_lines.is_gift_card_line then 'gift card'
            when orders.cancelled_at is not null or orders.financial_status = 'voided' then 'cancelled order'
            when order_lines.units is null or order_lines.units <= 0 then 'quantity is not positive'
            when order_lines.gross_amount is null then 'no price'
        end as rejection_reason
    from order_lines
    left join orders
        on order_lines.source_instance = orders.source_instance and order_lines.order_id = orders.order_id
    left join variants
        on order_lines.source_instance = variants.source_instance and order_lines.variant_id = variants.variant_id
    left join allocations_by_line
        on
            order_lines.source_instance = allocations_by_line.source_instance
            and order_lines.order_line_id = allocations_by_line.order_line_id
    left join refunds_by_line
        on
            order_lines.source_instance = refunds_by_line.source_instance
            and order_lines.order_line_id = refunds_by_line.order_line_id
            and order_lines.delivery_rank = refunds_by_line.delivery_rank

)

select * from final
