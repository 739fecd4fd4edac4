-- Orders of the shops as they were delivered, with their day, their currency and what they charged beside the goods.
-- The delivery that counts (rank 1) lends these to its lines; repeated deliveries stand here too, with their reason.
-- A full sync may give an order another id while its name stays: the newest of the name counts, the others are
-- superseded. `landed_at` is that of the whole name, so that the superseded are worked out again as well: an incremental
-- run works out the names, those before an edit too, of which something landed since the last.
{{ config(materialized='incremental', unique_key='order_row_id') }}

with

orders as (

    select
        *,
        coalesce(order_name, order_id) as order_key
    from {{ ref('stg_shopify__order') }}

),
{%- if is_incremental() %}

renewed as (

    select
        delivered_row_id,
        source_instance,
        order_key
    from orders
    where {{ is_renewed('landed_at', [ref('stg_shopify__order')]) }}

),

renewed_keys as (

    select
        source_instance,
        order_key
    from renewed
    union
    select
        held.source_instance,
        held.order_key
    from {{ this }} as held
    inner join renewed on held.order_row_id = 'shopify|order|' || renewed.delivered_row_id

),
{%- endif %}

chosen as (

    select orders.*
    from orders
    {%- if is_incremental() %}
    left join renewed_keys
        on orders.source_instance = renewed_keys.source_instance and orders.order_key = renewed_keys.order_key
    where renewed_keys.order_key is not null or orders.order_key is null
    {%- endif %}

),

named as (

    select
        *,
        row_number() over (
            partition by
                source_instance,
                order_key,
                case when delivery_rank = 1 and order_id is not null then 1 else 2 end
            -- what is deleted may have been synced last, but the order that is still there counts
            order by coalesce(is_deleted, false), synced_at desc nulls last, order_id desc, delivered_row_id desc
        ) as name_rank,
        {{ latest_landed('landed_at', 'partition by source_instance, order_key') }} as name_landed_at
    from chosen

),

final as (

    select
        'shopify|order|' || delivered_row_id as order_row_id,
        'shopify' as source_system,
        source_instance,
        'order' as source_table,
        order_id,
        order_key,
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
