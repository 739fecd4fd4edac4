-- One row per shop's key without a SKU and SKU with a similar title (var `suggest_skus_by_title`): the share of words
-- that the two have in common (Jaccard). It suggests, it never links. A word counts once, the first twelve count.
{%- set words = 12 %}
with

keys as (

    select * from {{ ref('int_sku_keys_resolved') }}
    where source_system = 'shopify' and sku_id is null and {{ 1 if var('suggest_skus_by_title') else 0 }} = 1

),

variants as (

    select * from {{ ref('stg_shopify__product_variant') }}
    where delivery_rank = 1

),

products as (

    select * from {{ ref('stg_shopify__product') }}
    where delivery_rank = 1

),

titles as (

    select
        keys.sku_key_id as title_id,
        'key' as title_kind,
        max(products.product_title || ' ' || coalesce(variants.variant_title, '')) as title
    from keys
    inner join variants
        on keys.source_instance = variants.source_instance and keys.source_sku = variants.source_sku
    inner join products
        on variants.source_instance = products.source_instance and variants.product_id = products.product_id
    group by keys.sku_key_id
    union all
    select
        sku_id as title_id,
        'sku' as title_kind,
        sku_name as title
    from {{ ref('int_sku_masters_chosen') }}
    where {{ 1 if var('suggest_skus_by_title') else 0 }} = 1

),

cleaned as (

    select
        title_id,
        title_kind,
        trim({{ regex_replace("lower(title)", '[ !-/:-@^-`{-~]+', ' ') }}) as title_words
    from titles

),

words as (

    {%- for word in range(1, words + 1) %}
    select
        title_kind,
        title_id,
        {{ dbt.split_part('title_words', "' '", word) }} as word
    from cleaned
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

distinct_words as (

    select
        title_kind,
        title_id,
        word
    from words
    where coalesce(word, '') != '' and word != 'default'
    group by title_kind, title_id, word

),

counted as (

    select
        title_kind,
        title_id,
        word,
        count(*) over (partition by title_kind, title_id) as word_count
    from distinct_words

),

compared as (

    select
        of_keys.title_id as sku_key_id,
        of_skus.title_id as sku_id,
        count(*) * 1.0 / (max(of_keys.word_count) + max(of_skus.word_count) - count(*)) as overlap_share
    from counted as of_keys
    inner join counted as of_skus on of_keys.word = of_skus.word
    where of_keys.title_kind = 'key' and of_skus.title_kind = 'sku'
    group by of_keys.title_id, of_skus.title_id

),

final as (

    select
        sku_key_id || '|' || sku_id as title_pair_id,
        sku_key_id,
        sku_id,
        {{ share('overlap_share') }} as overlap_share
    from compared
    where overlap_share >= {{ var('suggest_min_title_overlap') }}

)

select * from final
