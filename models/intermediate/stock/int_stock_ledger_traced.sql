-- The stock ledger on the days on which something happened: opening + flows + what is unexplained = closing. A record is
-- an anchor: the closing of its day is what it says. Between two anchors stock runs forward with the flows; what is then
-- lacking is unexplained. It stands on the days on which the location sold units that couldn't be booked, in step with
-- them, first those that may be this SKU's; what they can't cover stands on the anchor's day, where it came to light.
-- A place whose ERP entered its opening stock held nothing before a SKU's first flow; elsewhere stock before the first
-- anchor is rebuilt backwards, and never below zero: what would be lacking is unexplained too.
with

flows as (

    select * from {{ ref('int_stock_flows_unioned') }}

),

states as (

    select
        sku_id,
        location_id,
        recorded_on,
        available_units
    from {{ ref('int_stock_states_recorded') }}

),

quarantined as (

    select * from {{ ref('int_stock_sales_quarantined') }}

),

first_records as (

    select
        sku_id,
        location_id,
        min(recorded_on) as first_recorded_on
    from states
    group by sku_id, location_id

),

location_histories as (

    select
        location_id,
        min(case when is_opening then flowed_on end) as complete_from
    from flows
    group by location_id

),

first_flows as (

    select
        sku_id,
        location_id,
        min(flowed_on) as first_flowed_on
    from flows
    group by sku_id, location_id

),

-- a shelf was empty before its first flow, where the ERP knows the place from its opening stock on
starts as (

    select
        first_flows.sku_id,
        first_flows.location_id,
        {{ dbt.dateadd('day', -1, 'first_flows.first_flowed_on') }} as event_on
    from first_flows
    inner join first_records
        on first_flows.sku_id = first_records.sku_id and first_flows.location_id = first_records.location_id
    inner join location_histories on first_flows.location_id = location_histories.location_id
    where
        first_flows.first_flowed_on >= location_histories.complete_from
        and first_records.first_recorded_on >= first_flows.first_flowed_on

),

event_rows as (

    select
        flows.sku_id,
        flows.location_id,
        flows.flowed_on as event_on,
        flows.flow_units,
        cast(null as {{ type_money() }}) as anchor_units
    from flows
    inner join first_records
        on flows.sku_id = first_records.sku_id and flows.location_id = first_records.location_id
    union all
    select
        sku_id,
        location_id,
        recorded_on as event_on,
        {{ money('0') }} as flow_units,
        available_units as anchor_units
    from states
    union all
    select
        sku_id,
        location_id,
        event_on,
        {{ money('0') }} as flow_units,
        {{ money('0') }} as anchor_units
    from starts

),

events as (

    select
        sku_id,
        location_id,
        event_on,
        {{ money('sum(flow_units)') }} as flow_units,
        max(anchor_units) as anchor_units
    from event_rows
    group by sku_id, location_id, event_on

),

-- `offset_units` is what the anchor says beyond the flows so far
run as (

    select
        sku_id,
        location_id,
        event_on,
        anchor_units,
        {{ money('sum(flow_units) over (
            partition by sku_id, location_id order by event_on
            rows between unbounded preceding and current row
        )') }} as flowed_units,
        min(case when anchor_units is not null then event_on end) over (partition by sku_id, location_id) as first_anchor_on,
        min(event_on) over (partition by sku_id, location_id) as first_event_on
    from events

),

anchors as (

    select
        sku_id,
        location_id,
        event_on as anchor_on,
        {{ money('anchor_units - flowed_units') }} as offset_units,
        lag(event_on) over (partition by sku_id, location_id order by event_on) as last_anchor_on,
        lag(anchor_units - flowed_units) over (partition by sku_id, location_id order by event_on) as last_offset_units
    from run
    where anchor_units is not null

),

-- the lowest that the flows before the first anchor come to, and what the anchor says beyond them
lows as (

    select
        run.sku_id,
        run.location_id,
        run.first_event_on,
        anchors.anchor_on,
        anchors.offset_units,
        {{ money('min(case
            when run.event_on < run.first_anchor_on and run.flowed_units < 0 then run.flowed_units else 0
        end)') }} as lowest_units
    from run
    inner join anchors
        on
            run.sku_id = anchors.sku_id
            and run.location_id = anchors.location_id
            and run.first_anchor_on = anchors.anchor_on
    where run.event_on <= run.first_anchor_on
    group by run.sku_id, run.location_id, run.first_event_on, anchors.anchor_on, anchors.offset_units

),

beginnings as (

    select
        sku_id,
        location_id,
        first_event_on,
        anchor_on,
        offset_units,
        {{ money('case when offset_units + lowest_units < 0 then -lowest_units else offset_units end') }} as start_units
    from lows

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
        {{ dbt.dateadd('day', -1, 'first_event_on') }} as after_on,
        anchor_on,
        {{ money('offset_units - start_units') }} as gap_units
    from beginnings
    where offset_units != start_units

),

suspects as (

    select
        gaps.sku_id,
        gaps.location_id,
        gaps.anchor_on,
        gaps.gap_units,
        quarantined.business_on,
        quarantined.sku_id != '' as is_named,
        case when quarantined.sku_id = '' then quarantined.unnamed_units else quarantined.quarantined_units end as suspect_units,
        max(case when quarantined.sku_id != '' then 1 else 0 end) over (
            partition by gaps.sku_id, gaps.location_id, gaps.anchor_on
        ) as named_count
    from gaps
    inner join quarantined
        on
            gaps.location_id = quarantined.location_id
            and gaps.after_on < quarantined.business_on
            and gaps.anchor_on >= quarantined.business_on
    where
        gaps.gap_units < 0
        and quarantined.sku_id in (gaps.sku_id, '')

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
    from suspects
    where suspect_units > 0 and is_named = (named_count = 1)

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
        business_on as event_on,
        {{ money('shared_units - coalesce(lag(shared_units) over (
            partition by sku_id, location_id, anchor_on order by business_on
        ), 0)') }} as unexplained_units
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
        event_on,
        unexplained_units
    from steps
    where unexplained_units != 0
    union all
    select
        gaps.sku_id,
        gaps.location_id,
        gaps.anchor_on as event_on,
        gaps.gap_units - coalesce(stepped_gaps.unexplained_units, 0) as unexplained_units
    from gaps
    left join stepped_gaps
        on
            gaps.sku_id = stepped_gaps.sku_id
            and gaps.location_id = stepped_gaps.location_id
            and gaps.anchor_on = stepped_gaps.anchor_on

),

ledger_rows as (

    select
        sku_id,
        location_id,
        event_on,
        flow_units,
        {{ money('0') }} as unexplained_units,
        case when anchor_units is not null then event_on end as anchored_on
    from events
    union all
    select
        sku_id,
        location_id,
        event_on,
        {{ money('0') }} as flow_units,
        unexplained_units,
        cast(null as date) as anchored_on
    from unexplained

),

ledger_days as (

    select
        sku_id,
        location_id,
        event_on,
        sum(flow_units) as flow_units,
        sum(unexplained_units) as unexplained_units,
        max(anchored_on) as anchored_on
    from ledger_rows
    group by sku_id, location_id, event_on

),

closings as (

    select
        ledger_days.sku_id,
        ledger_days.location_id,
        ledger_days.event_on,
        ledger_days.flow_units,
        ledger_days.unexplained_units,
        beginnings.start_units + sum(ledger_days.flow_units + ledger_days.unexplained_units) over (
            partition by ledger_days.sku_id, ledger_days.location_id order by ledger_days.event_on
            rows between unbounded preceding and current row
        ) as closing_units,
        max(ledger_days.anchored_on) over (
            partition by ledger_days.sku_id, ledger_days.location_id order by ledger_days.event_on
            rows between unbounded preceding and current row
        ) as last_anchored_on,
        lead(ledger_days.event_on) over (
            partition by ledger_days.sku_id, ledger_days.location_id order by ledger_days.event_on
        ) as next_event_on
    from ledger_days
    inner join beginnings
        on ledger_days.sku_id = beginnings.sku_id and ledger_days.location_id = beginnings.location_id

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'event_on']) }} as stock_event_id,
        sku_id,
        location_id,
        event_on,
        next_event_on,
        {{ money('closing_units - flow_units - unexplained_units') }} as opening_units,
        {{ money('flow_units') }} as flow_units,
        {{ money('unexplained_units') }} as unexplained_units,
        {{ money('closing_units') }} as closing_units,
        last_anchored_on
    from closings

)

select * from final
