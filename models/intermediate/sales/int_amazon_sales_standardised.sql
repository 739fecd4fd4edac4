-- Order lines of the marketplace. Amazon's order feed holds no returns.
with

order_items as (

    select * from {{ ref('stg_amazon__order_item') }}

),

orders as (

    select * from {{ ref('stg_amazon__orders') }}
    where delivery_rank = 1

),

final as (

    select
        'amazon|order_item|' || order_items.delivered_row_id as sales_line_id,
        'amazon' as source_system,
        order_items.source_instance,
        'order_item' as source_table,
        order_items.order_id,
        order_items.order_item_id as line_id,
        coalesce(nullif(trim(order_items.source_sku), ''), order_items.asin) as source_sku,
        case when nullif(trim(order_items.source_sku), '') is null then 'asin' else 'sku' end as sku_key_type,
        orders.source_channel,
        orders.fulfilment_channel,
        cast(null as {{ dbt.type_string() }}) as source_location,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        orders.currency_code,
        orders.ordered_at,
        orders.ordered_on as business_on,
        cast(null as date) as returned_on,
        order_items.units as source_units,
        order_items.gross_amount as source_amount,
        order_items.units as gross_units,
        {{ money('0') }} as returned_units,
        order_items.gross_amount,
        {{ money('coalesce(order_items.discount_amount, 0)') }} as discount_amount,
        {{ money('0') }} as returned_amount,
        order_items.unreadable_columns,
        order_items.x_columns,
        case
            when order_items.unreadable_columns is not null then 'unreadable value'
            when order_items.order_item_id is null then 'missing key'
            when order_items.delivery_rank > 1 then 'repeated delivery'
            when orders.order_id is null then 'line without its order'
            when lower(orders.order_status) in ('canceled', 'cancelled') then 'cancelled order'
            when order_items.units is null or order_items.units <= 0 then 'quantity is not positive'
            when order_items.gross_amount is null then 'no price'
        end as rejection_reason
    from order_items
    left join orders
        on order_items.source_instance = orders.source_instance and order_items.order_id = orders.order_id

)

select * from final
