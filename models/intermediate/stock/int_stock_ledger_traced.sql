-- The stock ledger on the days on which something happened: opening + flows + what is unexplained = closing. Stock starts
-- with what the first record tells and runs forward with flows and gaps; so the closing of a recorded day is the record. An
-- incremental run goes on from the last event before the first that changed.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_event_id',
    meta={
        'restated_by': ['int_stock_events_run', 'int_stock_starts_found', 'int_stock_gaps_spread'],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'event_on',
        'restated_silently': ['next_event_on'],
        'restated_until': 'data_until_on'
    }
) }}

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
{%- if is_incremental() %}

changed as (

    select * from {{ restated_scope() }} as changed

),

carried as (

    select held.*
    from {{ this }} as held
    inner join changed
        on
            held.sku_id = changed.sku_id
            and held.location_id = changed.location_id
            and held.event_on < changed.restated_from_on
            and (held.next_event_on >= changed.restated_from_on or held.next_event_on is null)

),

-- the event before is followed by another one now
restated as (

    select
        changed.sku_id,
        changed.location_id,
        coalesce(carried.event_on, changed.restated_from_on) as restated_from_on
    from changed
    left join carried on changed.sku_id = carried.sku_id and changed.location_id = carried.location_id

),
{%- endif %}

unioned as (

    select
        events.sku_id,
        events.location_id,
        events.event_on,
        events.event_rank,
        events.flow_units as change_units,
        events.way_units,
        case when events.anchor_units is not null then events.event_on end as anchored_on,
        cast(null as {{ type_money() }}) as carried_opening_units
    from events
    {%- if is_incremental() %}
    inner join changed
        on
            events.sku_id = changed.sku_id
            and events.location_id = changed.location_id
            and events.event_on >= changed.restated_from_on
    {%- endif %}
    union all
    select
        gaps.sku_id,
        gaps.location_id,
        gaps.stock_on as event_on,
        3 as event_rank,
        gaps.unexplained_units as change_units,
        {{ money('0') }} as way_units,
        cast(null as date) as anchored_on,
        cast(null as {{ type_money() }}) as carried_opening_units
    from gaps
    {%- if is_incremental() %}
    inner join changed
        on
            gaps.sku_id = changed.sku_id
            and gaps.location_id = changed.location_id
            and gaps.stock_on >= changed.restated_from_on
    union all
    select
        carried.sku_id,
        carried.location_id,
        carried.event_on,
        4 as event_rank,
        carried.closing_units - starts.start_units as change_units,
        carried.under_way_units as way_units,
        carried.last_anchored_on as anchored_on,
        carried.opening_units as carried_opening_units
    from carried
    inner join starts on carried.sku_id = starts.sku_id and carried.location_id = starts.location_id
    {%- endif %}

),

run as (

    select
        sku_id,
        location_id,
        event_on,
        carried_opening_units,
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
        carried_opening_units,
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
        {{ money('coalesce(closings.carried_opening_units, starts.start_units + closings.last_changed_units)') }} as opening_units,
        {{ money('starts.start_units + closings.changed_units') }} as closing_units,
        {{ money('closings.under_way_units') }} as under_way_units,
        closings.last_anchored_on,
        starts.is_told
    from closings
    inner join starts on closings.sku_id = starts.sku_id and closings.location_id = starts.location_id

)

select * from final
{{ restated_rows('restated') }}
