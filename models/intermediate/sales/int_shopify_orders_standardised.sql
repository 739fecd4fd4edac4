-- Orders of the shops as they were delivered, with their day, their currency and what they charged beside the goods.
-- The delivery that counts (rank 1) lends these to its lines; repeated deliveries stand here too, with their reason.
-- A full sync may give an order another id while its name stays: the newest of the name counts, the others are
-- superseded. `landed_at` is that of the whole name, so that the superseded are worked out again as well.
with

orders as (

    select * from {{ ref('stg_shopify__order') }}

),

named as (

    select
        *,
        row_number() over (
            partition by
                source_instance,
                coalesce(order_name, order_id),
                case when delivery_rank = 1 and order_id is not null then 1 else 2 end
            -- what is deleted may have been synced last, but the order that is still there counts
            order by coalesce(is_deleted, false), synced_at desc nulls last, order_id desc, delivered_row_id desc
        ) as name_rank,
        max(landed_at) over (partition by source_instance, coalesce(order_name, order_id)) as name_landed_at
    from orders

),

final as (

    select
        'shopify|order|' || delivered_row_id as order_row_id,
        'shopify' as source_system,
        source_instance,
        'order' as source_table,
        order_id,
        delivery_rank,
        delivery_rank = 1 and name_rank > 1 as is_superseded,
        coalesce(customer_email_hash, 'shopify|' || source_instance || '|' || customer_id) as customer_id,
        source_channel,
        location_id as source_location,
        currency_code,
        coalesce(shipping_country_code, billing_country_code) as tax_country_code,
        coalesce(is_tax_included, {{ prices_include_tax('shopify') }}) as is_tax_included,
        financial_status,
        fulfilment_status,
        coalesce(is_test, false) as is_test,
        cancelled_at is not null as is_cancelled,
        coalesce(financial_status = 'voided', false) as is_voided,
        coalesce(is_deleted, false) as is_deleted,
        closed_at is not null as is_closed,
        -- nobody says when a pre-order will be delivered; it waits under one of these names
        coalesce(fulfilment_status in ('scheduled', 'on_hold'), false) as is_preorder,
        total_amount,
        subtotal_amount,
        tax_amount,
        -- delivery, tips and duties are what the total holds beside goods and tax
        {{ money('total_amount - subtotal_amount
            - case when coalesce(is_tax_included, ' ~ prices_include_tax('shopify') ~ ', true) then 0 else coalesce(tax_amount, 0) end') }}
            as delivery_amount,
        coalesce(processed_at, created_at) as ordered_at,
        ordered_on as business_on,
        name_landed_at as landed_at,
        case
            when unreadable_columns is not null then 'unreadable value'
            when order_id is null then 'missing key'
            when delivery_rank > 1 or name_rank > 1 then 'repeated delivery'
        end as rejection_reason
    from named

)

select * from final
