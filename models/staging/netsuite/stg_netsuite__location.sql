with

source as (

    {{ landed('netsuite', 'location') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as location_id,

        -- words
        name as location_name,
        fullname as location_full_name,
        locationtype as location_type,
        subsidiary,

        -- flags
        makeinventoryavailable as is_stock_sellable,
        isinactive as is_inactive,

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
