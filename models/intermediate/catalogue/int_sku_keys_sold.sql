-- Keys under which systems sell or plan to, with the barcode and ASIN that go with them.
with

sales_lines as (

    select
        source_system,
        sku_key_type,
        source_sku,
        min(business_on) as first_seen_on
    from {{ ref('int_sales_unioned') }}
    where nullif(trim(source_sku), '') is not null
    group by source_system, sku_key_type, source_sku
    union all
    select
        'planning' as source_system,
        'sku' as sku_key_type,
        source_sku,
        min(starts_on) as first_seen_on
    from {{ ref('stg_planning__promotion') }}
    where nullif(trim(source_sku), '') is not null
    group by source_sku

),

variants as (

    select
        'shopify' as source_system,
        source_sku,
        min({{ digits_of('barcode') }}) as barcode
    from {{ ref('stg_shopify__product_variant') }}
    where delivery_rank = 1
    group by source_sku
    -- a code with two barcodes proves nothing
    having count(distinct {{ digits_of('barcode') }}) = 1

),

asins as (

    select
        'amazon' as source_system,
        source_sku,
        min(asin) as asin
    from {{ ref('stg_amazon__order_item') }}
    group by source_sku
    having count(distinct asin) = 1

),

final as (

    select
        sales_lines.source_system || '|' || sales_lines.sku_key_type || '|' || sales_lines.source_sku as sku_key_id,
        sales_lines.source_system,
        sales_lines.sku_key_type,
        sales_lines.source_sku,
        case
            when sales_lines.sku_key_type = 'barcode' then {{ digits_of('sales_lines.source_sku') }}
            else variants.barcode
        end as barcode,
        case when sales_lines.sku_key_type = 'asin' then sales_lines.source_sku else asins.asin end as asin,
        sales_lines.first_seen_on
    from sales_lines
    left join variants
        on sales_lines.source_system = variants.source_system and sales_lines.source_sku = variants.source_sku
    left join asins
        on sales_lines.source_system = asins.source_system and sales_lines.source_sku = asins.source_sku

)

select * from final
