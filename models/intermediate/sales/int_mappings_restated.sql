-- What sales lines are mapped with, each mapping with its value as one word, and when a run found that it changed: a
-- SKU key, a channel, a location, a day's rate, a kit. A mapping that is gone stays, without a value.
{{ config(materialized='incremental', unique_key='mapping_id') }}

with

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}

),

channels as (

    select * from {{ ref('int_channels_resolved') }}

),

mapped_locations as (

    select * from {{ ref('int_locations_mapped') }}

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

kits as (

    select * from {{ ref('int_kits_exploded') }}

),

unioned as (

    select
        'sku' as mapping_kind,
        source_system,
        source_instance,
        sku_key_type as first_key,
        source_sku as second_key,
        coalesce(sku_id, '') || '|' || coalesce(method, '')
        || '|' || cast(coalesce(candidate_count, 0) as {{ dbt.type_string() }})
        || '|' || coalesce(cast(units_per_key as {{ dbt.type_string() }}), '') as mapping_value
    from sku_keys
    where source_sku is not null
    union all
    select
        'channel' as mapping_kind,
        source_system,
        source_instance,
        channel_key as first_key,
        fulfilment_key as second_key,
        coalesce(channel_id, '') || '|' || coalesce(location_id, '') as mapping_value
    from channels
    union all
    select
        'location' as mapping_kind,
        source_system,
        source_instance,
        source_location as first_key,
        '' as second_key,
        coalesce(location_id, '') as mapping_value
    from mapped_locations
    union all
    select
        'rate' as mapping_kind,
        '' as source_system,
        '' as source_instance,
        currency_code as first_key,
        cast(valid_on as {{ dbt.type_string() }}) as second_key,
        cast(exchange_rate as {{ dbt.type_string() }}) as mapping_value
    from rates
    union all
    select
        'kit' as mapping_kind,
        '' as source_system,
        '' as source_instance,
        kit_sku_id as first_key,
        '' as second_key,
        {{ dbt.listagg(
            "component_sku_id || ':' || cast(component_units as " ~ dbt.type_string() ~ ") || ':' || coalesce(cast(component_cost_amount as "
            ~ dbt.type_string() ~ "), '')", "'|'", 'order by component_sku_id') }} as mapping_value
    from kits
    group by kit_sku_id

),

mappings as (

    select
        {{ key_of(['mapping_kind', 'source_system', 'source_instance', 'first_key', 'second_key']) }} as mapping_id,
        unioned.*
    from unioned

),
{%- if is_incremental() %}

held as (

    select * from {{ this }}

),

changed as (

    select mappings.*
    from mappings
    left join held on mappings.mapping_id = held.mapping_id
    where held.mapping_value is null or held.mapping_value != mappings.mapping_value
    union all
    select
        held.mapping_id,
        held.mapping_kind,
        held.source_system,
        held.source_instance,
        held.first_key,
        held.second_key,
        cast(null as {{ dbt.type_string() }}) as mapping_value
    from held
    left join mappings on held.mapping_id = mappings.mapping_id
    where mappings.mapping_id is null and held.mapping_value is not null

),
{%- endif %}

final as (

    select
        mapping_id,
        mapping_kind,
        source_system,
        source_instance,
        first_key,
        second_key,
        mapping_value,
        {{ run_time() }} as restated_at
    from {{ 'changed' if is_incremental() else 'mappings' }}

)

select * from final
