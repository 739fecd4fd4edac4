-- Stock records of every system in one shape, one row per delivered row; the states stand apart. What a system keeps of
-- the present only is a record of the last day of data, also where decisions are made for an earlier day.
{{ config(materialized='view') }}

with

snapshots as (

    select * from {{ ref('stg_wms__stock_snapshot') }}

),

erp_stock as (

    select * from {{ ref('stg_netsuite__aggregateitemlocation') }}

),

items as (

    select * from {{ ref('stg_netsuite__item') }}
    where delivery_rank = 1

),

marketplace_stock as (

    select * from {{ ref('stg_amazon__fba_inventory_summary') }}

),

shop_stock as (

    select * from {{ ref('int_shopify_stock_standardised') }}

),

cut_off as (

    select
        cut_off_on,
        data_until_on
    from {{ ref('int_sales_cut_off') }}

),

warehouse as (

    select
        'wms|stock_snapshot|' || delivered_row_id as stock_record_id,
        'wms' as source_system,
        source_instance,
        'stock_snapshot' as source_table,
        source_item_code as source_sku,
        site_code as source_location,
        snapshot_on as recorded_on,
        units as source_units,
        case when upper(bin_status) in ('AVAILABLE', 'ALLOCATED', 'QUARANTINE', 'DAMAGED') then units else 0 end as on_hand_units,
        case when upper(bin_status) = 'ALLOCATED' then units else 0 end as committed_units,
        case when upper(bin_status) in ('QUARANTINE', 'DAMAGED') then units else 0 end as unsellable_units,
        case when upper(bin_status) = 'INBOUND' then units else 0 end as in_transit_units,
        case
            when unreadable_columns is not null then 'unreadable value'
            when delivery_rank > 1 then 'repeated delivery'
            when upper(bin_status) not in ('AVAILABLE', 'ALLOCATED', 'QUARANTINE', 'DAMAGED', 'INBOUND') or bin_status is null
                then 'unknown stock state'
            when units is null then 'no quantity'
        end as rejection_reason,
        landed_at
    from snapshots

),

erp as (

    select
        'netsuite|aggregateitemlocation|' || erp_stock.delivered_row_id as stock_record_id,
        'netsuite' as source_system,
        erp_stock.source_instance,
        'aggregateitemlocation' as source_table,
        coalesce(items.item_code, erp_stock.item_id) as source_sku,
        erp_stock.location_id as source_location,
        cut_off.data_until_on as recorded_on,
        erp_stock.on_hand_units as source_units,
        coalesce(erp_stock.on_hand_units, 0) as on_hand_units,
        coalesce(erp_stock.committed_units, 0) as committed_units,
        0 as unsellable_units,
        coalesce(erp_stock.in_transit_units, 0) as in_transit_units,
        case
            when erp_stock.unreadable_columns is not null then 'unreadable value'
            when erp_stock.delivery_rank > 1 then 'repeated delivery'
            when erp_stock.delivery_rank = 0 then 'deleted at the source'
            when erp_stock.on_hand_units is null then 'no quantity'
        end as rejection_reason,
        cast(null as {{ dbt.type_timestamp() }}) as landed_at
    from erp_stock
    cross join cut_off
    left join items
        on erp_stock.source_instance = items.source_instance and erp_stock.item_id = items.item_id

),

marketplace as (

    select
        'amazon|fba_inventory_summary|' || marketplace_stock.delivered_row_id as stock_record_id,
        'amazon' as source_system,
        marketplace_stock.source_instance,
        'fba_inventory_summary' as source_table,
        marketplace_stock.source_sku,
        'AFN' as source_location,
        cut_off.data_until_on as recorded_on,
        marketplace_stock.total_units as source_units,
        coalesce(marketplace_stock.available_units, 0)
        + coalesce(marketplace_stock.reserved_units, 0)
        + coalesce(marketplace_stock.unsellable_units, 0) as on_hand_units,
        coalesce(marketplace_stock.reserved_units, 0) as committed_units,
        coalesce(marketplace_stock.unsellable_units, 0) as unsellable_units,
        coalesce(marketplace_stock.inbound_working_units, 0)
        + coalesce(marketplace_stock.inbound_shipped_units, 0)
        + coalesce(marketplace_stock.inbound_receiving_units, 0) as in_transit_units,
        case
            when marketplace_stock.unreadable_columns is not null then 'unreadable value'
            when marketplace_stock.delivery_rank > 1 then 'repeated delivery'
            when marketplace_stock.delivery_rank = 0 then 'deleted at the source'
            when marketplace_stock.available_units is null then 'no quantity'
        end as rejection_reason,
        cast(null as {{ dbt.type_timestamp() }}) as landed_at
    from marketplace_stock
    cross join cut_off

),

shops as (

    select
        stock_record_id,
        'shopify' as source_system,
        source_instance,
        'inventory_quantity' as source_table,
        source_sku,
        source_location,
        cut_off.data_until_on as recorded_on,
        source_units,
        on_hand_units,
        committed_units,
        unsellable_units,
        in_transit_units,
        rejection_reason,
        cast(null as {{ dbt.type_timestamp() }}) as landed_at
    from shop_stock
    cross join cut_off

),

unioned as (

    select * from warehouse
    union all
    select * from erp
    union all
    select * from marketplace
    union all
    select * from shops

),

final as (

    select
        unioned.stock_record_id,
        unioned.source_system,
        unioned.source_instance,
        unioned.source_table,
        unioned.source_sku,
        coalesce(unioned.source_location, '') as location_key,
        unioned.recorded_on,
        cut_off.cut_off_on,
        unioned.source_units,
        {{ money('unioned.on_hand_units') }} as on_hand_units,
        {{ money('unioned.committed_units') }} as committed_units,
        {{ money('unioned.unsellable_units') }} as unsellable_units,
        {{ money('unioned.in_transit_units') }} as in_transit_units,
        unioned.rejection_reason,
        unioned.landed_at
    from unioned
    cross join cut_off

)

select * from final
