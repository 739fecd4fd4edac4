-- One row per key and SKU that people forbid to link; `*` stands for any SKU.
with

sku_keys as (

    select * from {{ ref('int_sku_keys_unioned') }}

),

block_rules as (

    select * from {{ ref('int_sku_rules_cleaned') }}
    where rule_action = 'block'

),

merged as (

    select * from {{ ref('int_sku_masters_merged') }}

),

final as (

    select distinct
        sku_keys.sku_key_id || '|' || coalesce(merged.merged_sku_id, '*') as sku_block_id,
        sku_keys.sku_key_id,
        coalesce(merged.merged_sku_id, '*') as sku_id
    from sku_keys
    inner join block_rules
        on
            sku_keys.clean_key = block_rules.rule_key
            and block_rules.source_system in (sku_keys.source_system, '*')
            and block_rules.source_instance in (sku_keys.source_instance, '*')
    left join merged on block_rules.rule_sku = merged.clean_code
    where merged.sku_id is not null or coalesce(block_rules.rule_sku, '*') in ('*', '')

)

select * from final
