with

source as (

    {{ landed('shopify', 'discount_code') }}

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
        code as discount_code,
        type as discount_type,

        -- numbers
        index as code_index,
        amount as discount_amount,

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
