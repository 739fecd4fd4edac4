-- What the stock ledger can't explain, by the day it counts on: between two records stock runs with the flows, and what
-- the second says beyond them is a gap. What is lacking stands on the days on which the place sold units that couldn't be
-- booked, in step with them, first those that may be this SKU's; what they can't account for, and what is too much, stands
-- on the record's day, where it came to light.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_gap_id',
    meta={'restated_scope': 'all', 'restated_on': 'stock_on'}
) }}

with

events as (

    select * from {{ ref('int_stock_events_run') }}

),

starts as (

    select * from {{ ref('int_stock_starts_found') }}

),

places as (

    select * from {{ ref('int_stock_places_told') }}

),

quarantined as (

    select * from {{ ref('int_stock_sales_quarantined') }}

),

anchors as (

    select
        sku_id,
        location_id,
        event_on as anchor_on,
        {{ money('anchor_units - flowed_units') }} as offset_units,
        lag(event_on) over (partition by sku_id, location_id order by event_on) as last_anchor_on,
        lag(anchor_units - flowed_units) over (partition by sku_id, location_id order by event_on) as last_offset_units
    from events
    where anchor_units is not null

),

gaps as (

    select
        sku_id,
        location_id,
        last_anchor_on as after_on,
        anchor_on,
        {{ money('offset_units - last_offset_units') }} as gap_units
    from anchors
    where offset_units != last_offset_units
    union all
    select
        sku_id,
        location_id,
        cast({{ dbt.dateadd('day', -1, 'first_event_on') }} as date) as after_on,
        first_anchor_on as anchor_on,
        {{ money('offset_units - start_units') }} as gap_units
    from starts
    where offset_units != start_units

),

-- a place whose deliveries nobody tells has gaps of its own making
lacking as (

    select gaps.*
    from gaps
    inner join places on gaps.location_id = places.location_id
    where gaps.gap_units < 0 and places.is_told

),

suspects as (

    select
        lacking.sku_id,
        lacking.location_id,
        lacking.anchor_on,
        lacking.gap_units,
        quarantined.business_on,
        1 as named_count,
        quarantined.quarantined_units as suspect_units
    from lacking
    inner join quarantined
        on
            lacking.location_id = quarantined.location_id
            and lacking.sku_id = quarantined.sku_id
            and lacking.after_on < quarantined.business_on
            and lacking.anchor_on >= quarantined.business_on
    union all
    select
        lacking.sku_id,
        lacking.location_id,
        lacking.anchor_on,
        lacking.gap_units,
        quarantined.business_on,
        0 as named_count,
        quarantined.unnamed_units as suspect_units
    from lacking
    inner join quarantined
        on
            lacking.location_id = quarantined.location_id
            and quarantined.sku_id = '*'
            and lacking.after_on < quarantined.business_on
            and lacking.anchor_on >= quarantined.business_on
    where quarantined.unnamed_units > 0

),

ranked as (

    select
        *,
        max(named_count) over (partition by sku_id, location_id, anchor_on) as best_named_count
    from suspects

),

stepped as (

    select
        sku_id,
        location_id,
        anchor_on,
        business_on,
        gap_units,
        sum(suspect_units) over (
            partition by sku_id, location_id, anchor_on order by business_on
            rows between unbounded preceding and current row
        ) as running_units,
        sum(suspect_units) over (partition by sku_id, location_id, anchor_on) as all_units
    from ranked
    where named_count = best_named_count

),

-- whole units only, and no more of them than the location can account for
shared as (

    select
        sku_id,
        location_id,
        anchor_on,
        business_on,
        {{ money('-round(case when -gap_units < all_units then -gap_units else all_units end * running_units / all_units)') }}
            as shared_units
    from stepped

),

steps as (

    select
        sku_id,
        location_id,
        anchor_on,
        business_on,
        shared_units - coalesce(lag(shared_units) over (
            partition by sku_id, location_id, anchor_on order by business_on
        ), 0) as unexplained_units
    from shared

),

stepped_gaps as (

    select
        sku_id,
        location_id,
        anchor_on,
        sum(unexplained_units) as unexplained_units
    from steps
    group by sku_id, location_id, anchor_on

),

unexplained as (

    select
        sku_id,
        location_id,
        business_on as stock_on,
        unexplained_units
    from steps
    union all
    select
        gaps.sku_id,
        gaps.location_id,
        gaps.anchor_on as stock_on,
        gaps.gap_units - coalesce(stepped_gaps.unexplained_units, 0) as unexplained_units
    from gaps
    left join stepped_gaps
        on
            gaps.sku_id = stepped_gaps.sku_id
            and gaps.location_id = stepped_gaps.location_id
            and gaps.anchor_on = stepped_gaps.anchor_on

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'stock_on']) }} as stock_gap_id,
        sku_id,
        location_id,
        stock_on,
        {{ money('sum(unexplained_units)') }} as unexplained_units
    from unexplained
    group by sku_id, location_id, stock_on
    having sum(unexplained_units) != 0

)

select * from final
