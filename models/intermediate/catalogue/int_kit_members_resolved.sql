-- One row per kit and member SKU, one level deep. Of two instances of the ERP that define a kit, that of the kit's
-- master counts; members that people merged into another SKU are that SKU.
with

members as (

    select * from {{ ref('stg_netsuite__itemmember') }}
    where delivery_rank = 1

),

items as (

    select * from {{ ref('stg_netsuite__item') }}
    where delivery_rank = 1 and not coalesce(is_deleted, false)

),

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}
    where source_system = 'netsuite' and sku_key_type = 'sku'

),

masters as (

    select * from {{ ref('int_sku_masters_chosen') }}

),

item_skus as (

    select
        items.source_instance,
        items.item_id,
        sku_keys.sku_id
    from items
    inner join sku_keys
        on items.source_instance = sku_keys.source_instance and items.item_code = sku_keys.source_sku
    where sku_keys.sku_id is not null

),

resolved as (

    select
        members.source_instance,
        kits.sku_id as kit_sku_id,
        masters.source_instance as master_instance,
        components.sku_id as member_sku_id,
        members.component_units
    from members
    inner join item_skus as kits
        on members.source_instance = kits.source_instance and members.kit_item_id = kits.item_id
    inner join item_skus as components
        on members.source_instance = components.source_instance and members.component_item_id = components.item_id
    inner join masters on kits.sku_id = masters.sku_id
    where masters.is_kit and members.component_units > 0

),

ranked as (

    select
        *,
        dense_rank() over (
            partition by kit_sku_id
            order by case when source_instance = master_instance then 0 else 1 end, source_instance
        ) as instance_rank
    from resolved

),

final as (

    select
        kit_sku_id || '|' || member_sku_id as kit_member_id,
        kit_sku_id,
        member_sku_id,
        {{ money('sum(component_units)') }} as member_units
    from ranked
    where instance_rank = 1
    group by kit_sku_id, member_sku_id

)

select * from final
