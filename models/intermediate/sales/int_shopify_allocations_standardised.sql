-- Shares of discounts on the shops' order lines as they were delivered, with the day and currency of their order. A share
-- stands with its line, wherever that ends; one whose order or line isn't there is kept aside.
with

allocations as (

    select * from {{ ref('stg_shopify__discount_allocation') }}

),

order_lines as (

    select
        source_instance,
        order_line_id,
        order_id
    from {{ ref('stg_shopify__order_line') }}
    where delivery_rank = 1

),

orders as (

    select
        source_instance,
        order_id,
        business_on,
        currency_code,
        source_channel
    from {{ ref('int_shopify_orders_standardised') }}
    where delivery_rank = 1

),

final as (

    select
        'shopify|discount_allocation|' || allocations.delivered_row_id as allocation_row_id,
        'shopify' as source_system,
        allocations.source_instance,
        'discount_allocation' as source_table,
        allocations.order_line_id,
        order_lines.order_id,
        orders.business_on,
        orders.currency_code,
        orders.source_channel,
        allocations.discount_amount as source_amount,
        case
            when allocations.unreadable_columns is not null then 'unreadable value'
            when allocations.order_line_id is null or allocations.allocation_index is null then 'missing key'
            when allocations.delivery_rank > 1 then 'repeated delivery'
            when allocations.delivery_rank = 0 then 'deleted at the source'
            when orders.order_id is null then 'discount without its order'
            when allocations.discount_amount is null then 'no amount'
        end as rejection_reason
    from allocations
    left join order_lines
        on
            allocations.source_instance = order_lines.source_instance
            and allocations.order_line_id = order_lines.order_line_id
    left join orders
        on order_lines.source_instance = orders.source_instance and order_lines.order_id = orders.order_id

)

select * from final
