with

source as (

    {{ landed('shopify', 'product') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as product_id,

        -- words
        title as product_title,
        vendor as brand,
        product_type,
        status as product_status,

        -- times
        created_at,
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
