-- Every match of a key with a SKU, by every rule that finds one: manual, exact, normalised, barcode.
with

sku_keys as (

    select * from {{ ref('int_sku_keys_unioned') }}

),

masters as (

    select * from {{ ref('int_sku_masters_chosen') }}

),

manual_rules as (

    select * from {{ ref('sku_mapping') }}

),

final as (

    select
        sku_keys.sku_key_id || '|manual|' || masters.sku_id as sku_match_id,
        sku_keys.sku_key_id,
        'manual' as method,
        masters.sku_id
    from sku_keys
    inner join manual_rules
        on sku_keys.source_system = manual_rules.source_system and sku_keys.source_sku = manual_rules.source_key
    inner join masters on manual_rules.sku_id = masters.sku_id
    union all
    select
        sku_keys.sku_key_id || '|exact|' || masters.sku_id as sku_match_id,
        sku_keys.sku_key_id,
        'exact' as method,
        masters.sku_id
    from sku_keys
    inner join masters on sku_keys.source_sku = masters.sku_id
    where sku_keys.sku_key_type = 'sku'
    union all
    select
        sku_keys.sku_key_id || '|normalised|' || masters.sku_id as sku_match_id,
        sku_keys.sku_key_id,
        'normalised' as method,
        masters.sku_id
    from sku_keys
    inner join masters on sku_keys.normalised_key = masters.normalised_code
    where sku_keys.sku_key_type = 'sku'
    union all
    select
        sku_keys.sku_key_id || '|barcode|' || masters.sku_id as sku_match_id,
        sku_keys.sku_key_id,
        'barcode' as method,
        masters.sku_id
    from sku_keys
    inner join masters on sku_keys.barcode = masters.barcode
    where sku_keys.source_system != 'netsuite'

)

select * from final
