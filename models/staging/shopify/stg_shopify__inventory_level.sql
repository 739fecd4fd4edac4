with

source as (

    {{ landed('shopify', 'inventory_level') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as inventory_level_id,
        inventory_item_id,
        location_id,

        -- numbers
        available as available_units,

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
