-- Receipts of the warehouses with SKU and location.
with

receipts as (

    select * from {{ ref('stg_wms__receipt') }}

),

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}
    where source_system = 'wms' and sku_key_type = 'sku'

),

mapped_locations as (

    select * from {{ ref('int_locations_mapped') }}
    where source_system = 'wms'

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

final as (

    select
        'wms|receipt|' || receipts.delivered_row_id as receipt_line_id,
        receipts.source_instance,
        receipts.purchase_order_number,
        receipts.asn_number,
        receipts.source_item_code as source_sku,
        sku_keys.sku_id,
        mapped_locations.location_id,
        receipts.received_on,
        receipts.units as source_units,
        receipts.units as received_units,
        case
            when receipts.unreadable_columns is not null then 'unreadable value'
            when receipts.delivery_rank > 1 then 'repeated delivery'
            when receipts.units is null or receipts.units <= 0 then 'quantity is not positive'
            when receipts.units > {{ var('max_stock_units') }} then 'absurd quantity'
            when receipts.received_on is null then 'no date'
            when receipts.received_on < cast('{{ var("earliest_date") }}' as date) then 'dated before the business'
            when receipts.received_on > cut_off.cut_off_on then 'dated after the cut-off'
            when sku_keys.candidate_count > 1 then 'SKU in conflict'
            when sku_keys.sku_id is null then 'unmapped SKU'
            when mapped_locations.location_id is null then 'unknown location'
        end as rejection_reason
    from receipts
    cross join cut_off
    left join sku_keys
        on receipts.source_instance = sku_keys.source_instance and receipts.source_item_code = sku_keys.source_sku
    left join mapped_locations
        on
            mapped_locations.source_instance in (receipts.source_instance, '*')
            and receipts.site_code = mapped_locations.source_location

)

select * from final
