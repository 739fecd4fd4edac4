-- The stock ledger on the days on which something happened: opening + flows + what is unexplained = closing. Stock starts
-- with what the first record tells and runs forward with flows and gaps; so the closing of a recorded day is the record.
with

events as (

    select * from {{ ref('int_stock_events_run') }}

),

starts as (

    select * from {{ ref('int_stock_starts_found') }}

),

gaps as (

    select * from {{ ref('int_stock_gaps_spread') }}

),

unioned as (

    select
        sku_id,
        location_id,
        event_on,
        event_rank,
        flow_units as change_units,
        way_units,
        case when anchor_units is not null then event_on end as anchored_on
    from events
    union all
    select
        sku_id,
        location_id,
        stock_on as event_on,
        3 as event_rank,
        unexplained_units as change_units,
        {{ money('0') }} as way_units,
        cast(null as date) as anchored_on
    from gaps

),

run as (

    select
        sku_id,
        location_id,
        event_on,
        sum(change_units) over (
            partition by sku_id, location_id order by event_on, event_rank
            rows between unbounded preceding and current row
        ) as changed_units,
        sum(way_units) over (
            partition by sku_id, location_id order by event_on, event_rank
            rows between unbounded preceding and current row
        ) as under_way_units,
        max(anchored_on) over (
            partition by sku_id, location_id order by event_on, event_rank
            rows between unbounded preceding and current row
        ) as last_anchored_on,
        lead(event_on) over (partition by sku_id, location_id order by event_on, event_rank) as next_event_on
    from unioned

),

-- the last event of a day closes it
closings as (

    select
        sku_id,
        location_id,
        event_on,
        next_event_on,
        changed_units,
        coalesce(lag(changed_units) over (partition by sku_id, location_id order by event_on), 0) as last_changed_units,
        under_way_units,
        last_anchored_on
    from run
    where next_event_on is null or next_event_on != event_on

),

final as (

    select
        {{ key_of(['closings.sku_id', 'closings.location_id', 'closings.event_on']) }} as stock_event_id,
        closings.sku_id,
        closings.location_id,
        closings.event_on,
        closings.next_event_on,
        {{ money('starts.start_units + closings.last_changed_units') }} as opening_units,
        {{ money('starts.start_units + closings.changed_units') }} as closing_units,
        {{ money('case when closings.under_way_units > 0 then closings.under_way_units else 0 end') }} as under_way_units,
        closings.last_anchored_on,
        starts.is_told
    from closings
    inner join starts on closings.sku_id = starts.sku_id and closings.location_id = starts.location_id

)

select * from final
