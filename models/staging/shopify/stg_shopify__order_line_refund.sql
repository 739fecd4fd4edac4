{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('shopify', 'order_line_refund') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as order_line_refund_id,
        refund_id,
        order_line_id,
        location_id,

        -- words
        restock_type,

        -- numbers
        quantity as units,
        subtotal as refund_amount,
        total_tax as tax_amount,

        -- flags
        _fivetran_deleted as is_deleted,

        -- times
        _fivetran_synced as synced_at,
        landed_at,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
