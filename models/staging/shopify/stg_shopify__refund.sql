{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('shopify', 'refund') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as refund_id,
        order_id,

        -- flags
        restock as is_restocked,

        -- times
        created_at,
        processed_at,
        _fivetran_synced as synced_at,
        landed_at,
        {{ business_day('coalesce(processed_at, created_at)', 'shopify') }} as refunded_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
