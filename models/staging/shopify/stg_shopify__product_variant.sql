with

source as (

    {{ landed('shopify', 'product_variant') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as variant_id,
        product_id,
        inventory_item_id,
        sku as source_sku,
        barcode,

        -- words
        title as variant_title,
        inventory_policy,

        -- numbers
        price as price_amount,
        compare_at_price as compare_at_price_amount,
        inventory_quantity as available_units,

        -- flags
        _fivetran_deleted as is_deleted,

        -- times
        created_at,
        updated_at,
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
