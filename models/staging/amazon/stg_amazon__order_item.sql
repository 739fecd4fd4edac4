{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('amazon', 'order_item') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        amazon_order_id as order_id,
        order_item_id,
        asin,
        seller_sku as source_sku,

        -- numbers
        quantity_ordered as units,
        quantity_shipped as shipped_units,
        item_price_amount as gross_amount,
        promotion_discount_amount as discount_amount,
        item_tax_amount as tax_amount,

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
