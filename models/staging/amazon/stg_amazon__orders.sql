{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('amazon', 'orders') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        amazon_order_id as order_id,
        merchant_order_id,

        -- words
        order_status,
        fulfillment_channel as fulfilment_channel,
        sales_channel as source_channel,
        ship_country as ship_country_code,
        order_total_currency_code as currency_code,

        -- numbers
        order_total_amount as total_amount,

        -- flags
        _fivetran_deleted as is_deleted,
        is_business_order,

        -- times
        purchase_date as ordered_at,
        last_update_date as updated_at,
        _fivetran_synced as synced_at,
        landed_at,
        {{ business_day('purchase_date', 'amazon') }} as ordered_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
