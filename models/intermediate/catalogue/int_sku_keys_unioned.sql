-- Every key under which any system knows an item, once.
with

unioned as (

    select * from {{ ref('int_sku_keys_sold') }}
    union all
    select * from {{ ref('int_sku_keys_stocked') }}

),

final as (

    select
        source_system || '|' || sku_key_type || '|' || source_sku as sku_key_id,
        source_system,
        sku_key_type,
        source_sku,
        {{ normalise_sku('source_sku') }} as normalised_key,
        max(barcode) as barcode,
        max(asin) as asin,
        min(first_seen_on) as first_seen_on
    from unioned
    group by source_system, sku_key_type, source_sku

)

select * from final
