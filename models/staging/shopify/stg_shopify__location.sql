with

source as (

    {{ landed('shopify', 'location') }}

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
        country_code,

        -- flags
        active as is_active,

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
