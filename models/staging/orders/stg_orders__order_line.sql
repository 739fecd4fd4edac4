{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('orders', 'order_line') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        order_id,
        line_id,
        sku as source_sku,
        {{ hash_personal('customer_id') }} as customer_hash,

        -- words
        title as product_title,
        category as product_category,
        currency as currency_code,
        country as country_name,
        sales_channel as source_channel,
        location as source_location,

        -- numbers
        quantity as units,
        unit_price as unit_price_amount,
        discount_amount,

        -- times
        ordered_at,
        loaded_at as synced_at,
        landed_at,
        {{ business_day('ordered_at', 'orders') }} as ordered_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
