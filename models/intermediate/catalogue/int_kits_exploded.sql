-- One row per kit and component SKU, one level deep: how many units of the component are in one kit.
with

members as (

    select * from {{ ref('stg_netsuite__itemmember') }}
    where delivery_rank = 1

),

masters as (

    select * from {{ ref('int_sku_masters_chosen') }}

),

final as (

    select
        kits.sku_id || '|' || components.sku_id as kit_component_id,
        kits.sku_id as kit_sku_id,
        components.sku_id as component_sku_id,
        components.unit_cost_amount as component_cost_amount,
        {{ money('sum(members.component_units)') }} as component_units
    from members
    inner join masters as kits
        on members.source_instance = kits.source_instance and members.kit_item_id = kits.master_item_id
    inner join masters as components
        on members.source_instance = components.source_instance and members.component_item_id = components.master_item_id
    where kits.is_kit
    group by kits.sku_id, components.sku_id, components.unit_cost_amount

)

select * from final
