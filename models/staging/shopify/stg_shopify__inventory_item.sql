with

source as (

    {{ landed('shopify', 'inventory_item') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as inventory_item_id,
        sku as source_sku,

        -- words
        unit_cost_currency_code as cost_currency_code,

        -- numbers
        unit_cost_amount,

        -- flags
        tracked as is_tracked,

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
