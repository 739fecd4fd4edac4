-- Every match of a key with a SKU, by every rule that finds one from the key itself: manual, exact, spelling,
-- normalised, squeezed, barcode, case barcode, supplier's code. What people merged leads to the SKU that stands; what
-- people blocked is left out.
with

sku_keys as (

    select * from {{ ref('int_sku_keys_unioned') }}

),

masters as (

    select
        listed.*,
        {{ gtin_in_case('listed.gtin') }} as each_gtin,
        upper(listed.clean_code) as spelling,
        merged.merged_sku_id,
        case when merged.merged_sku_id != listed.sku_id then ', merged into ' || merged.merged_sku_id else '' end as merge_note
    from {{ ref('int_sku_masters_listed') }} as listed
    inner join {{ ref('int_sku_masters_merged') }} as merged on listed.sku_id = merged.sku_id

),

vendor_codes as (

    select
        itemvendors.source_instance,
        itemvendors.item_id,
        {{ normalise_sku('itemvendors.vendor_item_code') }} as normalised_code
    from {{ ref('stg_netsuite__itemvendor') }} as itemvendors
    where itemvendors.delivery_rank = 1 and itemvendors.vendor_item_code is not null

),

manual_rules as (

    select * from {{ ref('int_sku_rules_cleaned') }}
    where rule_action = 'map'

),

blocks as (

    select * from {{ ref('int_sku_keys_blocked') }}

),

ruled as (

    select
        sku_keys.sku_key_id,
        manual_rules.*,
        -- the rule of one instance beats the rule of all, that of one system the rule of any
        rank() over (
            partition by sku_keys.sku_key_id
            order by
                case when manual_rules.source_instance = '*' then 1 else 0 end,
                case when manual_rules.source_system = '*' then 1 else 0 end
        ) as specificity_rank
    from sku_keys
    inner join manual_rules
        on
            sku_keys.clean_key = manual_rules.rule_key
            and manual_rules.source_system in (sku_keys.source_system, '*')
            and manual_rules.source_instance in (sku_keys.source_instance, '*')

),

matches as (

    select
        ruled.sku_key_id,
        'manual' as method,
        masters.merged_sku_id as sku_id,
        coalesce(ruled.units_per_key, 1) as units_per_key,
        'mapped to ' || masters.sku_id || masters.merge_note as link_path,
        ruled.reviewed_by,
        ruled.reviewed_on
    from ruled
    inner join masters on ruled.rule_sku = masters.clean_code
    where ruled.specificity_rank = 1
    union all
    select
        sku_keys.sku_key_id,
        'exact' as method,
        masters.merged_sku_id as sku_id,
        1 as units_per_key,
        'code ' || masters.sku_id || masters.merge_note as link_path,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from sku_keys
    inner join masters on sku_keys.clean_key = masters.clean_code
    union all
    select
        sku_keys.sku_key_id,
        'spelling' as method,
        masters.merged_sku_id as sku_id,
        1 as units_per_key,
        'code ' || masters.sku_id || masters.merge_note as link_path,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from sku_keys
    inner join masters on upper(sku_keys.clean_key) = masters.spelling
    where sku_keys.sku_key_type = 'sku'
    union all
    select
        sku_keys.sku_key_id,
        'normalised' as method,
        masters.merged_sku_id as sku_id,
        1 as units_per_key,
        'normalised code ' || masters.normalised_code || ' of ' || masters.sku_id || masters.merge_note as link_path,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from sku_keys
    inner join masters on sku_keys.normalised_key = masters.normalised_code
    union all
    -- where one of the two writes no separators; 1-23 and 12-3 aren't one
    select
        sku_keys.sku_key_id,
        'squeezed' as method,
        masters.merged_sku_id as sku_id,
        1 as units_per_key,
        'code without separators ' || masters.squeezed_code || ' of ' || masters.sku_id || masters.merge_note as link_path,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from sku_keys
    inner join masters on sku_keys.squeezed_key = masters.squeezed_code
    where sku_keys.normalised_key not like '%-%' or masters.normalised_code not like '%-%'
    union all
    -- the master's own barcodes prove nothing about itself
    select
        sku_keys.sku_key_id,
        'barcode' as method,
        masters.merged_sku_id as sku_id,
        1 as units_per_key,
        'barcode ' || masters.gtin || ' of ' || masters.sku_id || masters.merge_note as link_path,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from sku_keys
    inner join masters on sku_keys.gtin = masters.gtin
    where sku_keys.source_system != masters.master_system
    union all
    -- a case whose size nobody knows keeps units_per_key empty
    select
        sku_keys.sku_key_id,
        'case_barcode' as method,
        masters.merged_sku_id as sku_id,
        case when masters.case_pack_units > 1 then masters.case_pack_units end as units_per_key,
        'case ' || sku_keys.gtin || ' of barcode ' || masters.gtin || ' of ' || masters.sku_id || masters.merge_note as link_path,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from sku_keys
    inner join masters on sku_keys.each_gtin = masters.gtin
    where sku_keys.source_system != masters.master_system
    union all
    -- the master knows its case's barcode only
    select
        sku_keys.sku_key_id,
        'case_barcode' as method,
        masters.merged_sku_id as sku_id,
        1 as units_per_key,
        'barcode ' || sku_keys.gtin || ' in case ' || masters.gtin || ' of ' || masters.sku_id || masters.merge_note as link_path,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from sku_keys
    inner join masters on sku_keys.gtin = masters.each_gtin
    where sku_keys.source_system != masters.master_system
    union all
    -- suppliers' codes come with what is bought
    select
        sku_keys.sku_key_id,
        'vendor_code' as method,
        masters.merged_sku_id as sku_id,
        1 as units_per_key,
        'supplier''s code ' || vendor_codes.normalised_code || ' of ' || masters.sku_id || masters.merge_note as link_path,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from sku_keys
    inner join vendor_codes on sku_keys.normalised_key = vendor_codes.normalised_code
    inner join masters
        on vendor_codes.source_instance = masters.source_instance and vendor_codes.item_id = masters.master_item_id
    where sku_keys.is_received

),

final as (

    select
        matches.sku_key_id || '|' || matches.method || '|' || matches.sku_id as sku_match_id,
        matches.sku_key_id,
        matches.method,
        matches.sku_id,
        -- two sizes of one case are none
        {{ money('case
            when count(*) = count(matches.units_per_key) and min(matches.units_per_key) = max(matches.units_per_key)
                then min(matches.units_per_key)
        end') }} as units_per_key,
        min(matches.link_path) as link_path,
        min(matches.reviewed_by) as reviewed_by,
        min(matches.reviewed_on) as reviewed_on
    from matches
    left join blocks
        on matches.sku_key_id = blocks.sku_key_id and matches.sku_id = blocks.sku_id
    left join blocks as full_blocks
        on matches.sku_key_id = full_blocks.sku_key_id and full_blocks.sku_id = '*'
    where blocks.sku_block_id is null and full_blocks.sku_block_id is null
    group by matches.sku_key_id, matches.method, matches.sku_id

)

select * from final
