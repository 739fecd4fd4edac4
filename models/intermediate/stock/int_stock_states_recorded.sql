-- The stock states that the keeping system recorded, per SKU, location and day. A system that leaves empty places out of
-- its snapshot says so by silence: in a complete snapshot a SKU that stood there before and isn't listed has none. A
-- snapshot is complete if it lists the var `stock_snapshot_min_share` of the SKUs that the site's snapshots around it
-- list; what a shorter one leaves out is unknown.
with

stock_records as (

    select * from {{ ref('int_stock_resolved') }}
    where rejection_reason is null or rejection_reason = 'dated after the cut-off'

),

cut_off as (

    select
        cut_off_on,
        data_until_on
    from {{ ref('int_sales_cut_off') }}

),

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
    where stock_records.recorded_on <= cut_off.data_until_on
    group by stock_records.sku_id, stock_records.location_id, stock_records.recorded_on

),

snapshots as (

    select
        location_id,
        recorded_on,
        min(source_system) as source_system,
        count(*) as sku_count
    from recorded
    group by location_id, recorded_on

),

usual_snapshots as (

    select
        *,
        avg(sku_count) over (
            partition by location_id order by recorded_on
            rows between 14 preceding and 14 following
        ) as usual_sku_count
    from snapshots

),

numbered_snapshots as (

    select
        location_id,
        recorded_on,
        source_system,
        sku_count >= {{ var('stock_snapshot_min_share') }} * usual_sku_count as is_complete,
        sum(case when sku_count >= {{ var('stock_snapshot_min_share') }} * usual_sku_count then 1 else 0 end) over (
            partition by location_id order by recorded_on
            rows between unbounded preceding and current row
        ) as snapshot_number
    from usual_snapshots

),

numbered as (

    select
        recorded.sku_id,
        recorded.location_id,
        recorded.recorded_on,
        numbered_snapshots.snapshot_number,
        lead(recorded.recorded_on) over (
            partition by recorded.sku_id, recorded.location_id order by recorded.recorded_on
        ) as next_recorded_on,
        lead(numbered_snapshots.snapshot_number - case when numbered_snapshots.is_complete then 1 else 0 end) over (
            partition by recorded.sku_id, recorded.location_id order by recorded.recorded_on
        ) as next_snapshot_number
    from recorded
    inner join numbered_snapshots
        on
            recorded.location_id = numbered_snapshots.location_id
            and recorded.recorded_on = numbered_snapshots.recorded_on

),

newest_snapshots as (

    select
        location_id,
        max(snapshot_number) as snapshot_number
    from numbered_snapshots
    group by location_id

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
        numbered_snapshots.recorded_on,
        0 as on_hand_units,
        0 as committed_units,
        0 as unsellable_units,
        0 as in_transit_units,
        0 as source_row_count,
        0 as source_units,
        numbered_snapshots.source_system,
        'absent' as method
    from gaps
    inner join numbered_snapshots
        on
            gaps.location_id = numbered_snapshots.location_id
            and gaps.first_number <= numbered_snapshots.snapshot_number
            and gaps.last_number >= numbered_snapshots.snapshot_number
    where numbered_snapshots.is_complete

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
