-- One row per kit and component SKU: how many units of the component are in one kit, kits within kits exploded. A kit
-- with a cycle in it, or deeper than the var `max_kit_depth`, stays whole and is reported.
with

paths as (

    select * from {{ ref('int_kit_paths_followed') }}

),

masters as (

    select * from {{ ref('int_sku_masters_chosen') }}

),

broken as (

    select distinct kit_sku_id from paths
    where is_cycle or is_too_deep

),

final as (

    select
        paths.kit_sku_id || '|' || paths.member_sku_id as kit_component_id,
        paths.kit_sku_id,
        paths.member_sku_id as component_sku_id,
        masters.unit_cost_amount as component_cost_amount,
        {{ money('sum(paths.path_units)') }} as component_units
    from paths
    inner join masters on paths.member_sku_id = masters.sku_id
    left join broken on paths.kit_sku_id = broken.kit_sku_id
    where paths.is_component and broken.kit_sku_id is null
    group by paths.kit_sku_id, paths.member_sku_id, masters.unit_cost_amount

)

select * from final
