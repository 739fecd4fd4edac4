-- One row per SKU of the master list: the SKU that it really is. A `merge` row of the seed `sku_mapping` leads a SKU to
-- another, that one perhaps to a third, up to four steps; a SKU with two different merges, or merges in a circle, stays
-- itself. Without its row a SKU is itself again, in all of history.
{%- set steps = 4 %}
with

listed as (

    select * from {{ ref('int_sku_masters_listed') }}

),

merge_rules as (

    select * from {{ ref('int_sku_rules_cleaned') }}
    where rule_action = 'merge'

),

single_merges as (

    select
        listed.sku_id,
        min(targets.sku_id) as next_sku_id,
        min(merge_rules.reviewed_by) as reviewed_by,
        min(merge_rules.reviewed_on) as reviewed_on
    from merge_rules
    inner join listed on merge_rules.rule_key = listed.clean_code
    inner join listed as targets on merge_rules.rule_sku = targets.clean_code
    group by listed.sku_id
    having count(distinct targets.sku_id) = 1

),

step_0 as (

    select
        sku_id,
        clean_code,
        sku_id as merged_sku_id
    from listed

),

{%- for step in range(1, steps + 1) %}

step_{{ step }} as (

    select
        step_{{ step - 1 }}.sku_id,
        step_{{ step - 1 }}.clean_code,
        coalesce(single_merges.next_sku_id, step_{{ step - 1 }}.merged_sku_id) as merged_sku_id
    from step_{{ step - 1 }}
    left join single_merges on step_{{ step - 1 }}.merged_sku_id = single_merges.sku_id

),
{%- endfor %}

final as (

    select
        step_{{ steps }}.sku_id,
        step_{{ steps }}.clean_code,
        -- what still leads on after the last step goes in a circle
        case when onward.sku_id is null then step_{{ steps }}.merged_sku_id else step_{{ steps }}.sku_id end as merged_sku_id,
        onward.sku_id is not null as is_circular,
        own.reviewed_by,
        own.reviewed_on
    from step_{{ steps }}
    left join single_merges as onward on step_{{ steps }}.merged_sku_id = onward.sku_id
    left join single_merges as own on step_{{ steps }}.sku_id = own.sku_id

)

select * from final
