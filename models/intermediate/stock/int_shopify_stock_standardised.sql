-- Stock states of the shops, one row per delivered quantity. `on_hand` holds the other states in itself, so each state
-- fills its own column only.
with

quantities as (

    select * from {{ ref('stg_shopify__inventory_quantity') }}

),

levels as (

    select * from {{ ref('stg_shopify__inventory_level') }}
    where delivery_rank = 1

),

inventory_items as (

    select * from {{ ref('stg_shopify__inventory_item') }}
    where delivery_rank = 1

),

final as (

    select
        'shopify|inventory_quantity|' || quantities.delivered_row_id as stock_record_id,
        quantities.source_instance,
        inventory_items.source_sku,
        levels.location_id as source_location,
        quantities.units as source_units,
        case when quantities.stock_state = 'on_hand' then quantities.units else 0 end as on_hand_units,
        case when quantities.stock_state in ('committed', 'reserved') then quantities.units else 0 end as committed_units,
        case when quantities.stock_state in ('damaged', 'quality_control') then quantities.units else 0 end as unsellable_units,
        case when quantities.stock_state = 'incoming' then quantities.units else 0 end as in_transit_units,
        case
            when quantities.unreadable_columns is not null then 'unreadable value'
            when quantities.delivery_rank > 1 then 'repeated delivery'
            when quantities.delivery_rank = 0 then 'deleted at the source'
            when levels.inventory_level_id is null then 'line without its stock level'
            when quantities.units is null then 'no quantity'
        end as rejection_reason
    from quantities
    left join levels
        on
            quantities.source_instance = levels.source_instance
            and quantities.inventory_level_id = levels.inventory_level_id
    left join inventory_items
        on
            levels.source_instance = inventory_items.source_instance
            and levels.inventory_item_id = inventory_items.inventory_item_id

)

select * from final
