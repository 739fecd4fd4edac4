-- One row per defect of the catalogue or of what people wrote about it, with what mends it. A defect never stops a
-- build: the kit stays whole, the merge isn't made, the rule has no effect.
with

kit_paths as (

    select * from {{ ref('int_kit_paths_followed') }}

),

listed as (

    select * from {{ ref('int_sku_masters_listed') }}

),

merged as (

    select * from {{ ref('int_sku_masters_merged') }}

),

rules as (

    select * from {{ ref('int_sku_rules_cleaned') }}

),

units as (

    select * from {{ ref('int_units_standardised') }}

),

shared_barcodes as (

    select
        listed.gtin,
        min(merged.merged_sku_id) as first_sku_id,
        max(merged.merged_sku_id) as last_sku_id
    from listed
    inner join merged on listed.sku_id = merged.sku_id
    where listed.gtin is not null
    group by listed.gtin
    having count(distinct merged.merged_sku_id) > 1

),

unioned as (

    select
        'kit cycle' as defect_kind,
        kit_sku_id as subject,
        'the kit holds itself: ' || min(kit_path_id) as detail,
        'mend the members of the kit in the ERP; until then it sells as a SKU of its own' as remedy,
        cast(null as {{ dbt.type_string() }}) as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from kit_paths
    where is_cycle
    group by kit_sku_id
    union all
    select
        'kit too deep' as defect_kind,
        kit_sku_id as subject,
        'more levels than the var max_kit_depth: ' || min(kit_path_id) as detail,
        'raise max_kit_depth or flatten the kit in the ERP; until then it sells as a SKU of its own' as remedy,
        cast(null as {{ dbt.type_string() }}) as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from kit_paths
    where is_too_deep
    group by kit_sku_id
    union all
    select
        'kit without members' as defect_kind,
        listed.sku_id as subject,
        listed.sku_name as detail,
        'give the kit its members in the ERP; until then it sells as a SKU of its own' as remedy,
        cast(null as {{ dbt.type_string() }}) as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from listed
    inner join merged on listed.sku_id = merged.sku_id
    left join kit_paths on merged.merged_sku_id = kit_paths.kit_sku_id
    where listed.is_kit and kit_paths.kit_sku_id is null
    union all
    select
        'merge in a circle' as defect_kind,
        sku_id as subject,
        'the merges of this SKU lead back or further than four steps' as detail,
        'take one merge of the circle out of the seed; until then none is made' as remedy,
        'seeds/catalogue/sku_mapping.csv' as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from merged
    where is_circular
    union all
    select
        'rule for an unknown SKU' as defect_kind,
        rules.sku_rule_id as subject,
        rules.rule_action || ' to ' || coalesce(rules.rule_sku, 'nothing') as detail,
        'write the SKU as the master list does; until then the rule has no effect' as remedy,
        'seeds/catalogue/sku_mapping.csv' as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from rules
    left join listed on rules.rule_sku = listed.clean_code
    left join listed as sources on rules.rule_key = sources.clean_code
    where
        listed.sku_id is null and not (rules.rule_action = 'block' and coalesce(rules.rule_sku, '*') in ('*', ''))
        or rules.rule_action = 'merge' and sources.sku_id is null
    union all
    select
        'two merges of one SKU' as defect_kind,
        rule_key as subject,
        'merged into ' || min(rule_sku) || ' and into ' || max(rule_sku) as detail,
        'keep one of the two; until then none is made' as remedy,
        'seeds/catalogue/sku_mapping.csv' as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from rules
    where rule_action = 'merge'
    group by rule_key
    having count(distinct rule_sku) > 1
    union all
    select
        'barcode of two SKUs' as defect_kind,
        gtin as subject,
        'claimed by ' || first_sku_id || ' and ' || last_sku_id as detail,
        'mend it in the master list, map the key, or merge the two if they are one item (the row merges the second into the first)' as remedy,
        'seeds/catalogue/sku_mapping.csv' as seed_file,
        {{ csv_line(["'*'", "'*'", 'last_sku_id', 'first_sku_id', "''", "'merge'", "''", "''", "'one barcode: ' || gtin"]) }} as seed_row
    from shared_barcodes
    union all
    select
        'barcode with a wrong check digit' as defect_kind,
        sku_id as subject,
        'barcode ' || barcode as detail,
        'mend it in the master list; until then the SKU is found by its code only' as remedy,
        cast(null as {{ dbt.type_string() }}) as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from listed
    where barcode is not null and gtin is null
    union all
    select
        'unit without a rate' as defect_kind,
        unit_key as subject,
        coalesce(unit_name, 'unit') || ' has no positive rate of conversion' as detail,
        'give the unit its rate in the ERP; until then one counts as one each' as remedy,
        cast(null as {{ dbt.type_string() }}) as seed_file,
        cast(null as {{ dbt.type_string() }}) as seed_row
    from units
    where not has_rate

),

final as (

    select
        defect_kind || '|' || subject as catalogue_defect_id,
        defect_kind,
        subject,
        min(detail) as detail,
        remedy,
        seed_file,
        min(seed_row) as seed_row
    from unioned
    group by defect_kind, subject, remedy, seed_file

)

select * from final
