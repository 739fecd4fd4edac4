with

source as (

    {{ landed('shopify', 'inventory_quantity') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as inventory_quantity_id,
        inventory_level_id,
        inventory_item_id,

        -- words
        name as stock_state,

        -- numbers
        quantity as units,

        -- times
        updated_at,
        _fivetran_synced as synced_at,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
