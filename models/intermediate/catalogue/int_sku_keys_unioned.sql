-- Every key under which any system knows an item, once, in all the writings in which keys are compared.
with

unioned as (

    select
        source_system,
        source_instance,
        sku_key_type,
        source_sku,
        barcode,
        source_item_id,
        sold_item_id,
        false as is_received,
        first_seen_on
    from {{ ref('int_sku_keys_sold') }}
    union all
    select
        source_system,
        source_instance,
        sku_key_type,
        source_sku,
        barcode,
        source_item_id,
        cast(null as {{ dbt.type_string() }}) as sold_item_id,
        is_received,
        first_seen_on
    from {{ ref('int_sku_keys_stocked') }}

),

keys as (

    select
        source_system,
        source_instance,
        sku_key_type,
        source_sku,
        max(barcode) as barcode,
        case when count(distinct source_item_id) = 1 then min(source_item_id) end as source_item_id,
        max(sold_item_id) as sold_item_id,
        max(case when is_received then 1 else 0 end) = 1 as is_received,
        min(first_seen_on) as first_seen_on
    from unioned
    group by source_system, source_instance, sku_key_type, source_sku

),

checked as (

    select
        *,
        case when {{ is_gtin('barcode') }} then barcode end as gtin
    from keys

),

final as (

    select
        {{ key_of(['source_system', 'source_instance', 'sku_key_type', 'source_sku']) }} as sku_key_id,
        source_system,
        source_instance,
        sku_key_type,
        source_sku,
        {{ clean_key('source_sku') }} as clean_key,
        case when sku_key_type = 'sku' then {{ normalise_sku('source_sku') }} end as normalised_key,
        case when sku_key_type = 'sku' then {{ normalise_sku('source_sku', keep_separators=false) }} end as squeezed_key,
        barcode,
        gtin,
        {{ gtin_in_case('gtin') }} as each_gtin,
        source_item_id,
        sold_item_id,
        is_received,
        first_seen_on,
        case
            when {{ regex_replace('upper(' ~ clean_key('source_sku') ~ ')', '^[0-9]([.][0-9]+)?E[+][0-9]+$', '') }} = ''
                then 'number in scientific notation: its digits are lost'
            when sku_key_type = 'barcode' and barcode is null then 'not a number of 8 to 14 digits'
            when sku_key_type = 'barcode' and gtin is null then 'check digit is wrong'
        end as key_defect
    from checked

)

select * from final
