-- One row per way from a kit down to something in it: kits in kits are followed (var `max_kit_depth`). A way that comes
-- back to a kit it has passed is a cycle and ends there.
with

members as (

    select * from {{ ref('int_kit_members_resolved') }}

),

level_1 as (

    select
        kit_sku_id,
        member_sku_id,
        member_units as path_units,
        '|' || kit_sku_id || '|' || member_sku_id || '|' as kit_path,
        kit_sku_id = member_sku_id as is_cycle
    from members

),

{%- for level in range(2, var('max_kit_depth') + 1) %}

level_{{ level }} as (

    select
        above.kit_sku_id,
        members.member_sku_id,
        {{ money('above.path_units * members.member_units') }} as path_units,
        above.kit_path || members.member_sku_id || '|' as kit_path,
        above.kit_path like '%|' || members.member_sku_id || '|%' as is_cycle
    from level_{{ level - 1 }} as above
    inner join members on above.member_sku_id = members.kit_sku_id
    where not above.is_cycle

),
{%- endfor %}

unioned as (

    {%- for level in range(1, var('max_kit_depth') + 1) %}
    select * from level_{{ level }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

kits as (

    select distinct kit_sku_id from members

),

final as (

    select
        unioned.kit_path as kit_path_id,
        unioned.kit_sku_id,
        unioned.member_sku_id,
        unioned.path_units,
        unioned.is_cycle,
        kits.kit_sku_id is null as is_component,
        -- a kit at the last level that holds more
        kits.kit_sku_id is not null
        and not unioned.is_cycle
        and length(unioned.kit_path) - length(replace(unioned.kit_path, '|', '')) = {{ var('max_kit_depth') + 2 }} as is_too_deep
    from unioned
    left join kits on unioned.member_sku_id = kits.kit_sku_id

)

select * from final
