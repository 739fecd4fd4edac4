-- Keys under which systems keep stock.
with

items as (

    select
        'netsuite' as source_system,
        source_instance,
        item_code as source_sku,
        {{ barcode_of('barcode') }} as barcode,
        cast(null as {{ dbt.type_string() }}) as source_item_id,
        true as is_received,
        cast(created_at as date) as seen_on
    from {{ ref('stg_netsuite__item') }}
    where delivery_rank = 1

),

warehouse_codes as (

    select
        'wms' as source_system,
        source_instance,
        source_item_code as source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        cast(null as {{ dbt.type_string() }}) as source_item_id,
        is_received,
        first_seen_on as seen_on
    from {{ ref('int_wms_codes_counted') }}

),

marketplace as (

    select
        'amazon' as source_system,
        source_instance,
        source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        asin as source_item_id,
        false as is_received,
        cast(updated_at as date) as seen_on
    from {{ ref('stg_amazon__fba_inventory_summary') }}

),

shop_items as (

    select
        'shopify' as source_system,
        source_instance,
        source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        cast(null as {{ dbt.type_string() }}) as source_item_id,
        false as is_received,
        cast(synced_at as date) as seen_on
    from {{ ref('stg_shopify__inventory_item') }}

),

unioned as (

    select * from items
    union all
    select * from warehouse_codes
    union all
    select * from marketplace
    union all
    select * from shop_items

),

final as (

    select
        {{ key_of(['source_system', 'source_instance', "'sku'", 'source_sku']) }} as sku_key_id,
        source_system,
        source_instance,
        'sku' as sku_key_type,
        source_sku,
        max(barcode) as barcode,
        -- a code of two listings proves nothing
        case when count(distinct source_item_id) = 1 then min(source_item_id) end as source_item_id,
        max(case when is_received then 1 else 0 end) = 1 as is_received,
        min(seen_on) as first_seen_on
    from unioned
    where nullif(trim(source_sku), '') is not null
    group by source_system, source_instance, source_sku

)

select * from final
