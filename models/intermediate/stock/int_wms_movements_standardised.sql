-- Movements of the warehouses with SKU and location.
with

movements as (

    select * from {{ ref('stg_wms__movement') }}

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
        'wms|movement|' || movements.delivered_row_id as movement_line_id,
        movements.source_instance,
        movements.source_item_code as source_sku,
        sku_keys.sku_id,
        mapped_locations.location_id,
        movements.moved_on,
        {{ business_hour('movements.moved_at', "'wms'", 'movements.source_instance') }} as moved_hour,
        lower(movements.movement_reason) as movement_reason,
        movements.units as source_units,
        case
            when movements.unreadable_columns is not null then 'unreadable value'
            when movements.units is null then 'no quantity'
            when movements.delivery_rank > 1 then 'repeated delivery'
            when abs(movements.units) > {{ var('max_stock_units') }} then 'absurd quantity'
            when movements.moved_on is null then 'no date'
            when movements.moved_on < cast('{{ var("earliest_date") }}' as date) then 'dated before the business'
            when movements.moved_on > cut_off.cut_off_on then 'dated after the cut-off'
            when sku_keys.candidate_count > 1 then 'SKU in conflict'
            when sku_keys.sku_id is null then 'unmapped SKU'
            when mapped_locations.location_id is null then 'unknown location'
        end as rejection_reason
    from movements
    cross join cut_off
    left join sku_keys
        on movements.source_instance = sku_keys.source_instance and movements.source_item_code = sku_keys.source_sku
    left join mapped_locations
        on
            mapped_locations.source_instance in (movements.source_instance, '*')
            and movements.site_code = mapped_locations.source_location

)

select * from final
