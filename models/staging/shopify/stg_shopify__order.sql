{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('shopify', 'order') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as order_id,
        {{ hash_personal('email') }} as customer_email_hash,
        customer_id,
        location_id,

        -- words
        name as order_name,
        source_name as source_channel,
        currency as currency_code,
        cancel_reason,
        lower(coalesce(financial_status, display_financial_status)) as financial_status,
        lower(coalesce(fulfillment_status, display_fulfillment_status)) as fulfilment_status,
        billing_address_country_code as billing_country_code,
        shipping_address_country_code as shipping_country_code,

        -- numbers
        coalesce(subtotal_price, subtotal_price_set_shop_amount) as subtotal_amount,
        coalesce(total_discounts, total_discounts_set_shop_amount) as discount_amount,
        coalesce(total_tax, total_tax_set_shop_amount) as tax_amount,
        coalesce(total_price, total_price_set_shop_amount) as total_amount,

        -- flags
        _fivetran_deleted as is_deleted,
        taxes_included as is_tax_included,
        test as is_test,

        -- times
        created_at,
        processed_at,
        updated_at,
        cancelled_at,
        closed_at,
        _fivetran_synced as synced_at,
        landed_at,
        {{ business_day('coalesce(processed_at, created_at)', 'shopify') }} as ordered_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
