with

source as (

    {{ landed('shopify', 'fulfillment') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as fulfilment_id,
        order_id,
        location_id,

        -- words
        status as fulfilment_status,
        tracking_company as carrier,

        -- times
        created_at,
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
