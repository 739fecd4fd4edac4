-- How many SKUs the system that keeps a location's stock recorded there, per day.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_snapshot_id',
    meta={
        'restated_by': ['int_stock_resolved'],
        'restated_per': ['location_id'],
        'restated_on': 'recorded_on',
        'restated_keys': ['location_id'],
        'restated_until': 'data_until_on'
    }
) }}

with

stock_records as (

    select * from {{ ref('int_stock_resolved') }}
    where rejection_reason is null or rejection_reason = 'dated after the cut-off'

),

cut_off as (

    select data_until_on from {{ ref('int_sales_cut_off') }}

),
{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),
{%- endif %}

final as (

    select
        {{ key_of(['stock_records.location_id', 'stock_records.recorded_on']) }} as stock_snapshot_id,
        stock_records.location_id,
        stock_records.recorded_on,
        min(stock_records.source_system) as source_system,
        cast(count(distinct stock_records.sku_id) as {{ dbt.type_bigint() }}) as sku_count
    from stock_records
    cross join cut_off
    {%- if is_incremental() %}
    inner join restated
        on
            stock_records.location_id = restated.location_id
            and stock_records.recorded_on >= restated.restated_from_on
    {%- endif %}
    where stock_records.recorded_on <= cut_off.data_until_on
    group by stock_records.location_id, stock_records.recorded_on

)

select * from final
{{ restated_rows('restated') }}
