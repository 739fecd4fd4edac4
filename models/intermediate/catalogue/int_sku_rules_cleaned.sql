-- One row per row of the seed `sku_mapping`: what people decided about keys and SKUs, with the blanks filled in. `map`
-- leads a key to a SKU, `merge` says that one SKU of the master list is really another, `block` forbids a link.
with

mapping as (

    select * from {{ ref('sku_mapping') }}

),

final as (

    select
        {{ key_of(['source_system', 'source_instance', 'source_key', 'action', 'sku_id']) }} as sku_rule_id,
        coalesce(nullif(trim(source_system), ''), '*') as source_system,
        coalesce(nullif(trim(source_instance), ''), '*') as source_instance,
        {{ clean_key('source_key') }} as rule_key,
        {{ clean_key('sku_id') }} as rule_sku,
        units_per_key,
        lower(coalesce(nullif(trim(action), ''), 'map')) as rule_action,
        reviewed_by,
        reviewed_on,
        note
    from mapping

)

select * from final
