-- One row per key without a SKU that one SKU is suggested for: a barcode that is a SKU's but for one digit and whose own
-- check digit is wrong, a case of unknown size, the SKU of the shop's variant that was sold under another code, or the
-- most similar title. Two suggestions of one kind are none.
with

keys as (

    select
        resolved.*,
        unioned.barcode,
        unioned.gtin,
        unioned.sold_item_id
    from {{ ref('int_sku_keys_resolved') }} as resolved
    inner join {{ ref('int_sku_keys_unioned') }} as unioned on resolved.sku_key_id = unioned.sku_key_id
    where resolved.sku_id is null

),

masters as (

    select * from {{ ref('int_sku_masters_chosen') }}
    where gtin is not null

),

variants as (

    select distinct
        resolved.source_instance,
        unioned.source_item_id,
        resolved.sku_id
    from {{ ref('int_sku_keys_resolved') }} as resolved
    inner join {{ ref('int_sku_keys_unioned') }} as unioned on resolved.sku_key_id = unioned.sku_key_id
    where resolved.source_system = 'shopify' and resolved.sku_id is not null and unioned.source_item_id is not null

),

titles as (

    select
        *,
        max(overlap_share) over (partition by sku_key_id) as best_overlap_share
    from {{ ref('int_sku_titles_compared') }}

),

-- both sides with one digit out, at each place in turn
mistyped as (

    {%- for place in range(1, 15) %}
    select
        sku_key_id,
        {{ place }} as place,
        substr(barcode, 1, {{ place - 1 }}) || '_' || substr(barcode, {{ place + 1 }}, 14) as masked_barcode
    from keys
    where barcode is not null and gtin is null
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

masked as (

    {%- for place in range(1, 15) %}
    select
        sku_id,
        {{ place }} as place,
        substr(gtin, 1, {{ place - 1 }}) || '_' || substr(gtin, {{ place + 1 }}, 14) as masked_barcode
    from masters
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

suggestions as (

    select
        keys.sku_key_id,
        1 as turn,
        keys.candidate_sku_ids as sku_id,
        'case of this SKU, fill in its units' as suggestion_reason
    from keys
    where keys.candidate_count = 1
    union all
    select
        mistyped.sku_key_id,
        2 as turn,
        masked.sku_id,
        'barcode but for one digit' as suggestion_reason
    from mistyped
    inner join masked on mistyped.place = masked.place and mistyped.masked_barcode = masked.masked_barcode
    union all
    select
        keys.sku_key_id,
        3 as turn,
        variants.sku_id,
        'order lines name the variant of this SKU' as suggestion_reason
    from keys
    inner join variants
        on keys.source_instance = variants.source_instance and keys.sold_item_id = variants.source_item_id
    union all
    select
        titles.sku_key_id,
        4 as turn,
        titles.sku_id,
        'most similar title' as suggestion_reason
    from titles
    where titles.overlap_share = titles.best_overlap_share

),

first_turns as (

    select
        *,
        min(turn) over (partition by sku_key_id) as first_turn
    from suggestions

),

final as (

    select
        sku_key_id,
        min(sku_id) as sku_id,
        min(suggestion_reason) as suggestion_reason
    from first_turns
    where turn = first_turn
    group by sku_key_id
    having count(distinct sku_id) = 1

)

select * from final
