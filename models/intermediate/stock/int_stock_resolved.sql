-- Every stock record with its standard SKU and location, or the reason why it doesn't count. One system keeps the
-- stock of a location (seed `location`); the records of the others are kept aside, not added up. An incremental run works
-- out the warehouses' records that landed since the last, those whose SKU or location has become another one, and those
-- about the cut-off; what the other systems keep is of the present only, and always worked out.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_record_id',
    meta={
        'restated_scope': 'stock_record_id',
        'restated_always': "source_system != 'wms'",
        'restated_on': 'recorded_on'
    }
) }}
-- depends_on: {{ ref('int_mappings_restated') }}
-- depends_on: {{ ref('stg_wms__stock_snapshot') }}

with

{%- if is_incremental() %}

mappings as (

    select * from {{ ref('int_mappings_restated') }}
    where source_system = 'wms' and restated_at > {{ last_run_time() }}

),

remapped as (

    select held.stock_record_id
    from {{ this }} as held
    inner join mappings
        on held.source_instance = mappings.source_instance and held.source_sku = mappings.second_key
    where held.source_system = 'wms' and mappings.mapping_kind = 'sku'
    union
    select held.stock_record_id
    from {{ this }} as held
    inner join mappings
        on mappings.source_instance in (held.source_instance, '*') and held.location_key = mappings.first_key
    where held.source_system = 'wms' and mappings.mapping_kind = 'location'

),

last_records as (

    select max(recorded_on) as recorded_on
    from {{ this }}
    where source_system = 'wms' and rejection_reason is null

),
{%- endif %}

stock_records as (

    select unioned.*
    from {{ ref('int_stock_unioned') }} as unioned
    {%- if is_incremental() %}
    cross join last_records
    where
        unioned.source_system != 'wms'
        or unioned.recorded_on > unioned.cut_off_on
        or unioned.recorded_on > last_records.recorded_on
        or {{ is_renewed(
            'unioned.landed_at', [ref('stg_wms__stock_snapshot')], 'unioned.source_instance', of_system='wms') | indent(8) }}
        or unioned.stock_record_id in (select remapped.stock_record_id from remapped)
    {%- endif %}

),

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}
    where sku_key_type = 'sku'

),

mapped_locations as (

    select * from {{ ref('int_locations_mapped') }}

),

locations as (

    select * from {{ ref('location') }}

),

judged as (

    select
        stock_records.stock_record_id,
        stock_records.source_system,
        stock_records.source_instance,
        stock_records.source_table,
        stock_records.source_sku,
        stock_records.location_key,
        stock_records.landed_at,
        sku_keys.sku_id,
        mapped_locations.location_id,
        stock_records.recorded_on,
        stock_records.source_units,
        {{ money('stock_records.on_hand_units * coalesce(sku_keys.units_per_key, 1)') }} as on_hand_units,
        {{ money('stock_records.committed_units * coalesce(sku_keys.units_per_key, 1)') }} as committed_units,
        {{ money('stock_records.unsellable_units * coalesce(sku_keys.units_per_key, 1)') }} as unsellable_units,
        {{ money('stock_records.in_transit_units * coalesce(sku_keys.units_per_key, 1)') }} as in_transit_units,
        case
            when stock_records.rejection_reason is not null then stock_records.rejection_reason
            when stock_records.recorded_on is null then 'no date'
            when stock_records.recorded_on < cast('{{ var("earliest_date") }}' as date) then 'dated before the business'
            when abs(stock_records.source_units) > {{ var('max_stock_units') }} then 'absurd quantity'
            when sku_keys.candidate_count > 1 then 'SKU in conflict'
            when sku_keys.sku_id is null then 'unmapped SKU'
            when mapped_locations.location_id is null then 'unknown location'
            when coalesce(locations.stock_system, '') != stock_records.source_system then 'another system keeps this stock'
            -- last of all: what is only too late still tells, with the flows since, what stood there at the cut-off
            when stock_records.recorded_on > stock_records.cut_off_on then 'dated after the cut-off'
        end as rejection_reason
    from stock_records
    left join sku_keys
        on
            stock_records.source_system = sku_keys.source_system
            and stock_records.source_instance = sku_keys.source_instance
            and stock_records.source_sku = sku_keys.source_sku
    left join mapped_locations
        on
            stock_records.source_system = mapped_locations.source_system
            and mapped_locations.source_instance in (stock_records.source_instance, '*')
            and stock_records.location_key = mapped_locations.source_location
    left join locations on mapped_locations.location_id = locations.location_id

),

final as (

    select
        stock_record_id,
        source_system,
        source_instance,
        source_table,
        source_sku,
        location_key,
        sku_id,
        location_id,
        recorded_on,
        source_units,
        on_hand_units,
        committed_units,
        unsellable_units,
        in_transit_units,
        landed_at,
        rejection_reason,
        case
            when rejection_reason is not null then 'SKU ' || coalesce(source_sku, '') || ', location ' || location_key
        end as rejection_detail
    from judged

)

select * from final
