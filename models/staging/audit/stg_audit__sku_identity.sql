with

source as (

    {{ landed('audit', 'sku_identity') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        system as audited_system,
        instance as audited_instance,
        key_type as sku_key_type,
        source_key as source_sku,
        sku_id,

        -- words
        reviewer as reviewed_by,

        -- times
        reviewed_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
