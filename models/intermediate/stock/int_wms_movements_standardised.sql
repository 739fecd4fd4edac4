-- Movements of the warehouses with SKU and location. An incremental run works out those that landed since the last, those
-- whose SKU or location has become another one, and those about the cut-off.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='movement_line_id',
    meta={'restated_scope': 'movement_line_id', 'restated_on': 'moved_on'}
) }}
-- depends_on: {{ ref('int_mappings_restated') }}

with

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),
{%- if is_incremental() %}

mappings as (

    select * from {{ ref('int_mappings_restated') }}
    where source_system = 'wms' and restated_at > {{ last_run_time() }}

),
{%- endif %}

movements as (

    select staged.*
    from {{ ref('stg_wms__movement') }} as staged
    {%- if is_incremental() %}
    cross join cut_off
    where
        staged.moved_on > cut_off.cut_off_on
        or staged.moved_on > (
            select max(held.moved_on) from {{ this }} as held
            where held.rejection_reason is null
        )
        or {{ is_renewed('staged.landed_at', [ref('stg_wms__movement')], 'staged.source_instance') }}
        or staged.source_item_code in (
            select mappings.second_key from mappings
            where mappings.mapping_kind = 'sku'
        )
        or staged.site_code in (
            select mappings.first_key from mappings
            where mappings.mapping_kind = 'location'
        )
    {%- endif %}

),

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}
    where source_system = 'wms' and sku_key_type = 'sku'

),

mapped_locations as (

    select * from {{ ref('int_locations_mapped') }}
    where source_system = 'wms'

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
        movements.landed_at,
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
