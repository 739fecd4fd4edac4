with

source as (

    {{ landed('netsuite', 'unitstypeuom') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        internalid as unit_id,

        -- words
        unitname as unit_name,

        -- numbers
        conversionrate as eaches_per_unit,

        -- flags
        baseunit as is_base_unit,

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
