-- The stock states that the keeping system recorded, per SKU, location and day. A system that leaves empty places out of
-- its snapshot says so by silence: in a complete snapshot a SKU that stood there before and isn't listed has none. What a
-- shorter one leaves out is unknown.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_state_record_id',
    meta={
        'restated_by': ['int_stock_resolved', 'int_stock_snapshots_numbered'],
        'restated_per': ['location_id'],
        'restated_on': 'recorded_on',
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

numbered_snapshots as (

    select * from {{ ref('int_stock_snapshots_numbered') }}

),
{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),
{%- endif %}

recorded as (

    select
        stock_records.sku_id,
        stock_records.location_id,
        stock_records.recorded_on,
        sum(stock_records.on_hand_units) as on_hand_units,
        sum(stock_records.committed_units) as committed_units,
        sum(stock_records.unsellable_units) as unsellable_units,
        sum(stock_records.in_transit_units) as in_transit_units,
        count(*) as source_row_count,
        sum(stock_records.source_units) as source_units,
        min(stock_records.source_system) as source_system
    from stock_records
    cross join cut_off
    {%- if is_incremental() %}
    inner join restated
        on
            stock_records.location_id = restated.location_id
            and stock_records.recorded_on >= restated.restated_from_on
    {%- endif %}
    where stock_records.recorded_on <= cut_off.data_until_on
    group by stock_records.sku_id, stock_records.location_id, stock_records.recorded_on

),

listed as (

    select
        sku_id,
        location_id,
        recorded_on
    from recorded
    {%- if is_incremental() %}
    union all
    -- the last record before tells since when a SKU is silent
    select
        held.sku_id,
        held.location_id,
        max(held.recorded_on) as recorded_on
    from {{ this }} as held
    inner join restated
        on held.location_id = restated.location_id and held.recorded_on < restated.restated_from_on
    where held.method = 'recorded'
    group by held.sku_id, held.location_id
    {%- endif %}

),

numbered as (

    select
        listed.sku_id,
        listed.location_id,
        listed.recorded_on,
        numbered_snapshots.snapshot_number,
        lead(numbered_snapshots.snapshot_number - case when numbered_snapshots.is_complete then 1 else 0 end) over (
            partition by listed.sku_id, listed.location_id order by listed.recorded_on
        ) as next_snapshot_number
    from listed
    inner join numbered_snapshots
        on
            listed.location_id = numbered_snapshots.location_id
            and listed.recorded_on = numbered_snapshots.recorded_on

),

newest_snapshots as (

    select
        location_id,
        max(snapshot_number) as snapshot_number
    from numbered_snapshots
    group by location_id

),

complete_snapshots as (

    select numbered_snapshots.*
    from numbered_snapshots
    {%- if is_incremental() %}
    inner join restated
        on
            numbered_snapshots.location_id = restated.location_id
            and numbered_snapshots.recorded_on >= restated.restated_from_on
    {%- endif %}
    where numbered_snapshots.is_complete

),

gaps as (

    select
        numbered.sku_id,
        numbered.location_id,
        numbered.snapshot_number + 1 as first_number,
        coalesce(numbered.next_snapshot_number, newest_snapshots.snapshot_number) as last_number
    from numbered
    inner join newest_snapshots on numbered.location_id = newest_snapshots.location_id
    where coalesce(numbered.next_snapshot_number, newest_snapshots.snapshot_number) > numbered.snapshot_number

),

absent as (

    select
        gaps.sku_id,
        gaps.location_id,
        complete_snapshots.recorded_on,
        0 as on_hand_units,
        0 as committed_units,
        0 as unsellable_units,
        0 as in_transit_units,
        0 as source_row_count,
        0 as source_units,
        complete_snapshots.source_system,
        'absent' as method
    from gaps
    inner join complete_snapshots
        on
            gaps.location_id = complete_snapshots.location_id
            and gaps.first_number <= complete_snapshots.snapshot_number
            and gaps.last_number >= complete_snapshots.snapshot_number

),

unioned as (

    select
        sku_id,
        location_id,
        recorded_on,
        on_hand_units,
        committed_units,
        unsellable_units,
        in_transit_units,
        source_row_count,
        source_units,
        source_system,
        'recorded' as method
    from recorded
    union all
    select * from absent

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'recorded_on']) }} as stock_state_record_id,
        sku_id,
        location_id,
        recorded_on,
        {{ money('on_hand_units') }} as on_hand_units,
        {{ money('on_hand_units - committed_units - unsellable_units') }} as available_units,
        {{ money('committed_units') }} as committed_units,
        {{ money('unsellable_units') }} as unsellable_units,
        {{ money('in_transit_units') }} as in_transit_units,
        cast(source_row_count as {{ dbt.type_bigint() }}) as source_row_count,
        {{ money('source_units') }} as source_units,
        source_system,
        method
    from unioned

)

select * from final
{{ restated_rows('restated') }}
