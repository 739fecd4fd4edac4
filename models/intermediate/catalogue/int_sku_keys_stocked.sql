-- Keys under which systems keep stock.
with

items as (

    select
        'netsuite' as source_system,
        item_code as source_sku,
        {{ digits_of('barcode') }} as barcode,
        cast(null as {{ dbt.type_string() }}) as asin,
        cast(created_at as date) as seen_on
    from {{ ref('stg_netsuite__item') }}
    where delivery_rank = 1

),

snapshots as (

    select
        'wms' as source_system,
        source_item_code as source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        cast(null as {{ dbt.type_string() }}) as asin,
        snapshot_on as seen_on
    from {{ ref('stg_wms__stock_snapshot') }}

),

receipts as (

    select
        'wms' as source_system,
        source_item_code as source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        cast(null as {{ dbt.type_string() }}) as asin,
        received_on as seen_on
    from {{ ref('stg_wms__receipt') }}

),

movements as (

    select
        'wms' as source_system,
        source_item_code as source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        cast(null as {{ dbt.type_string() }}) as asin,
        moved_on as seen_on
    from {{ ref('stg_wms__movement') }}

),

marketplace as (

    select
        'amazon' as source_system,
        source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        asin,
        cast(updated_at as date) as seen_on
    from {{ ref('stg_amazon__fba_inventory_summary') }}

),

shop_items as (

    select
        'shopify' as source_system,
        source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        cast(null as {{ dbt.type_string() }}) as asin,
        cast(synced_at as date) as seen_on
    from {{ ref('stg_shopify__inventory_item') }}

),

unioned as (

    select * from items
    union all
    select * from snapshots
    union all
    select * from receipts
    union all
    select * from movements
    union all
    select * from marketplace
    union all
    select * from shop_items

),

final as (

    select
        source_system || '|sku|' || source_sku as sku_key_id,
        source_system,
        'sku' as sku_key_type,
        source_sku,
        max(barcode) as barcode,
        max(asin) as asin,
        min(seen_on) as first_seen_on
    from unioned
    where nullif(trim(source_sku), '') is not null
    group by source_system, source_sku

)

select * from final
