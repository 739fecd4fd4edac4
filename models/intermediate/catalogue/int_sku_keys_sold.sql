-- Keys under which systems sell or plan to, with the barcode, variant and ASIN that go with them.
with

sales_lines as (

    select
        source_system,
        source_instance,
        sku_key_type,
        source_sku,
        -- a code of two listings proves nothing; and a shop's line may name a variant that has become another item
        case when source_system != 'shopify' and count(distinct source_item_id) = 1 then min(source_item_id) end as source_item_id,
        case when source_system = 'shopify' and count(distinct source_item_id) = 1 then min(source_item_id) end as sold_item_id,
        min(business_on) as first_seen_on
    from {{ ref('int_sales_unioned') }}
    where nullif(trim(source_sku), '') is not null
    group by source_system, source_instance, sku_key_type, source_sku
    union all
    select
        'planning' as source_system,
        source_instance,
        'sku' as sku_key_type,
        source_sku,
        cast(null as {{ dbt.type_string() }}) as source_item_id,
        cast(null as {{ dbt.type_string() }}) as sold_item_id,
        min(starts_on) as first_seen_on
    from {{ ref('stg_planning__promotion') }}
    where nullif(trim(source_sku), '') is not null
    group by source_instance, source_sku
    union all
    select
        'shopify' as source_system,
        source_instance,
        'sku' as sku_key_type,
        source_sku,
        -- former deliveries tell what the variant was called before
        case when count(distinct variant_id) = 1 then min(variant_id) end as source_item_id,
        cast(null as {{ dbt.type_string() }}) as sold_item_id,
        cast(min(created_at) as date) as first_seen_on
    from {{ ref('stg_shopify__product_variant') }}
    where nullif(trim(source_sku), '') is not null
    group by source_instance, source_sku

),

keys as (

    select
        source_system,
        source_instance,
        sku_key_type,
        source_sku,
        case when count(distinct source_item_id) = 1 then min(source_item_id) end as source_item_id,
        max(sold_item_id) as sold_item_id,
        min(first_seen_on) as first_seen_on
    from sales_lines
    group by source_system, source_instance, sku_key_type, source_sku

),

variants as (

    select
        'shopify' as source_system,
        source_instance,
        coalesce(nullif(trim(source_sku), ''), 'variant ' || variant_id) as source_sku,
        min({{ barcode_of('barcode') }}) as barcode
    from {{ ref('stg_shopify__product_variant') }}
    where delivery_rank = 1
    group by source_instance, coalesce(nullif(trim(source_sku), ''), 'variant ' || variant_id)
    -- a code with two barcodes proves nothing
    having count(distinct {{ barcode_of('barcode') }}) = 1

),

final as (

    select
        {{ key_of(['keys.source_system', 'keys.source_instance', 'keys.sku_key_type', 'keys.source_sku']) }} as sku_key_id,
        keys.source_system,
        keys.source_instance,
        keys.sku_key_type,
        keys.source_sku,
        case when keys.sku_key_type = 'barcode' then {{ barcode_of('keys.source_sku') }} else variants.barcode end as barcode,
        case when keys.sku_key_type = 'asin' then keys.source_sku else keys.source_item_id end as source_item_id,
        keys.sold_item_id,
        keys.first_seen_on
    from keys
    left join variants
        on
            keys.source_system = variants.source_system
            and keys.source_instance = variants.source_instance
            and keys.source_sku = variants.source_sku

)

select * from final
