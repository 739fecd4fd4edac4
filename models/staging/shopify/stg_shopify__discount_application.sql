with

source as (

    {{ landed('shopify', 'discount_application') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        order_id,

        -- words
        type as discount_type,
        title as discount_title,
        code as discount_code,
        value_type as discount_value_type,
        target_type,
        allocation_method,

        -- numbers
        index as discount_index,
        value as discount_value,

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
