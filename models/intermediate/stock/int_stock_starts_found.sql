-- What stood at a place before anything happened there, as far as is known: what the first record says beyond the flows
-- before it, and never so little that those flows would have led below zero.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_start_id',
    meta={'restated_scope': 'all', 'restated_on': 'first_event_on'}
) }}

with

events as (

    select * from {{ ref('int_stock_events_run') }}

),

places as (

    select * from {{ ref('int_stock_places_told') }}

),

firsts as (

    select
        sku_id,
        location_id,
        min(event_on) as first_event_on,
        min(case when anchor_units is not null then event_on end) as first_anchor_on
    from events
    group by sku_id, location_id

),

anchors as (

    select
        events.sku_id,
        events.location_id,
        events.anchor_units - events.flowed_units as offset_units
    from events
    inner join firsts
        on
            events.sku_id = firsts.sku_id
            and events.location_id = firsts.location_id
            and events.event_on = firsts.first_anchor_on
    where events.anchor_units is not null

),

lows as (

    select
        events.sku_id,
        events.location_id,
        min(events.flowed_units) as lowest_units
    from events
    inner join firsts on events.sku_id = firsts.sku_id and events.location_id = firsts.location_id
    where events.event_on < firsts.first_anchor_on
    group by events.sku_id, events.location_id

),

final as (

    select
        {{ key_of(['firsts.sku_id', 'firsts.location_id']) }} as stock_start_id,
        firsts.sku_id,
        firsts.location_id,
        firsts.first_event_on,
        firsts.first_anchor_on,
        coalesce(places.is_told, false) as is_told,
        {{ money('anchors.offset_units') }} as offset_units,
        {{ money('case
            when lows.lowest_units < 0 and anchors.offset_units + lows.lowest_units < 0 then -lows.lowest_units
            else anchors.offset_units
        end') }} as start_units
    from firsts
    inner join anchors on firsts.sku_id = anchors.sku_id and firsts.location_id = anchors.location_id
    left join places on firsts.location_id = places.location_id
    left join lows on firsts.sku_id = lows.sku_id and firsts.location_id = lows.location_id

)

select * from final
