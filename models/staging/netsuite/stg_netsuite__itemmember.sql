with

source as (

    {{ landed('netsuite', 'itemmember') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        parentitem as kit_item_id,
        item as component_item_id,

        -- numbers
        quantity as component_units,

        -- times
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
