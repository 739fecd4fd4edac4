-- Orders of the shops as they were delivered, with their day, their currency and what they charged beside the goods.
-- The delivery that counts (rank 1) lends these to its lines; repeated deliveries stand here too, with their reason.
with

orders as (

    select * from {{ ref('stg_shopify__order') }}

),

named as (

    -- a full sync may give an order another id, its name stays
    select
        *,
        case when delivery_rank = 1 then coalesce('#' || order_name, order_id) else delivered_row_id end as naming
    from orders

),

ranked as (

    select
        *,
        row_number() over (partition by source_instance, naming order by synced_at desc, delivered_row_id desc) > 1 as is_superseded,
        max(landed_at) over (partition by source_instance, naming) as renamed_at
    from named

),

final as (

    select
        'shopify|order|' || delivered_row_id as order_row_id,
        'shopify' as source_system,
        source_instance,
        'order' as source_table,
        order_id,
        delivery_rank,
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
        is_superseded,
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
        -- an order that came under another id is renewed by it
        renamed_at as landed_at,
        case
            when unreadable_columns is not null then 'unreadable value'
            when order_id is null then 'missing key'
            when delivery_rank > 1 or is_superseded then 'repeated delivery'
        end as rejection_reason
    from ranked

)

select * from final
