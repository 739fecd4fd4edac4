with

source as (

    {{ landed('netsuite', 'aggregateitemlocation') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        item as item_id,
        location as location_id,

        -- numbers
        quantityonhand as on_hand_units,
        quantityavailable as available_units,
        quantitycommitted as committed_units,
        quantityonorder as on_order_units,
        quantityintransit as in_transit_units,
        quantitybackordered as backordered_units,
        averagecostmli as average_cost_amount,
        reorderpoint as reorder_point_units,
        preferredstocklevel as preferred_stock_units,
        safetystocklevel as safety_stock_units,
        leadtime as lead_time_days,

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
