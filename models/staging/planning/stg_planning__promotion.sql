with

source as (

    {{ landed('planning', 'promotion') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        promotion_id,
        channel_id,
        sku as source_sku,

        -- words
        name as promotion_name,
        category,
        kind as promotion_kind,

        -- numbers
        discount_rate,

        -- times
        starts_on,
        ends_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
