with

source as (

    {{ landed('amazon', 'fba_inventory_summary') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        asin,
        fn_sku,
        seller_sku as source_sku,

        -- numbers
        fulfillable_quantity as available_units,
        inbound_working_quantity as inbound_working_units,
        inbound_shipped_quantity as inbound_shipped_units,
        inbound_receiving_quantity as inbound_receiving_units,
        total_reserved_quantity as reserved_units,
        total_unfulfillable_quantity as unsellable_units,
        total_quantity as total_units,

        -- times
        last_updated_time as updated_at,
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
