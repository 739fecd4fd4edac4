-- Days on which stock flowed or was recorded, in order, and what has flowed so far. A record comes after the flows of its
-- day, which it holds. A place whose ERP entered its opening stock held nothing before a SKU's first flow: that start is
-- as good as a record. Only SKUs that were recorded at a place are followed there.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_event_id',
    meta={
        'restated_by': ['int_stock_flows_unioned', 'int_stock_states_recorded', 'int_stock_places_told'],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'event_on',
        'restated_until': 'data_until_on'
    }
) }}

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

-- read apart from here on: an engine that keeps what is read twice would keep every flow and record
first_records as (

    select
        sku_id,
        location_id,
        min(recorded_on) as first_recorded_on
    from {{ ref('int_stock_states_recorded') }}
    group by sku_id, location_id

),

first_flows as (

    select
        sku_id,
        location_id,
        min(flowed_on) as first_flowed_on
    from {{ ref('int_stock_flows_unioned') }}
    group by sku_id, location_id

),

places as (

    select * from {{ ref('int_stock_places_told') }}

),

starts as (

    select
        first_flows.sku_id,
        first_flows.location_id,
        cast({{ dbt.dateadd('day', -1, 'first_flows.first_flowed_on') }} as date) as event_on
    from first_flows
    inner join first_records
        on first_flows.sku_id = first_records.sku_id and first_flows.location_id = first_records.location_id
    inner join places on first_flows.location_id = places.location_id
    where
        first_flows.first_flowed_on >= places.complete_from_on
        and first_records.first_recorded_on >= first_flows.first_flowed_on

),
{%- if is_incremental() %}

held_series as (

    select
        sku_id,
        location_id,
        min(case when event_rank = 0 then event_on end) as started_on
    from {{ this }}
    group by sku_id, location_id

),

-- what is followed anew or no longer, or starts another day, is run from the beginning
restated as (

    select
        changed.sku_id,
        changed.location_id,
        case
            when
                held_series.sku_id is not null
                and first_records.sku_id is not null
                and (held_series.started_on = starts.event_on or held_series.started_on is null and starts.event_on is null)
                then changed.restated_from_on
            else cast('0001-01-01' as date)
        end as restated_from_on
    from {{ restated_scope() }} as changed
    left join held_series
        on changed.sku_id = held_series.sku_id and changed.location_id = held_series.location_id
    left join first_records
        on changed.sku_id = first_records.sku_id and changed.location_id = first_records.location_id
    left join starts
        on changed.sku_id = starts.sku_id and changed.location_id = starts.location_id

),

last_events as (

    select
        held.sku_id,
        held.location_id,
        max(held.event_on) as event_on
    from {{ this }} as held
    inner join restated
        on
            held.sku_id = restated.sku_id
            and held.location_id = restated.location_id
            and held.event_on < restated.restated_from_on
    group by held.sku_id, held.location_id

),

-- the flows of a day come before its record, so both have run as far
carried as (

    select
        held.sku_id,
        held.location_id,
        max(case when held.event_rank > 0 then held.flowed_units else 0 end) as flowed_units
    from {{ this }} as held
    inner join last_events
        on
            held.sku_id = last_events.sku_id
            and held.location_id = last_events.location_id
            and held.event_on = last_events.event_on
    group by held.sku_id, held.location_id

),
{%- endif %}

unioned as (

    select
        sku_id,
        location_id,
        event_on,
        0 as event_rank,
        {{ money('0') }} as flow_units,
        {{ money('0') }} as way_units,
        {{ money('0') }} as anchor_units
    from starts
    union all
    select
        flows.sku_id,
        flows.location_id,
        flows.flowed_on as event_on,
        1 as event_rank,
        flows.flow_units,
        flows.dispatched_units - flows.transfer_in_units as way_units,
        cast(null as {{ type_money() }}) as anchor_units
    from flows
    inner join first_records
        on flows.sku_id = first_records.sku_id and flows.location_id = first_records.location_id
    union all
    select
        sku_id,
        location_id,
        recorded_on as event_on,
        2 as event_rank,
        {{ money('0') }} as flow_units,
        {{ money('0') }} as way_units,
        available_units as anchor_units
    from states

),
{%- if is_incremental() %}

changed_events as (

    select unioned.*
    from unioned
    inner join restated
        on
            unioned.sku_id = restated.sku_id
            and unioned.location_id = restated.location_id
            and unioned.event_on >= restated.restated_from_on

),
{%- endif %}

run as (

    select
        events.sku_id,
        events.location_id,
        events.event_on,
        events.event_rank,
        events.anchor_units,
        events.flow_units,
        events.way_units,
        {% if is_incremental() %}coalesce(carried.flowed_units, 0) + {% endif %}sum(events.flow_units) over (
            partition by events.sku_id, events.location_id order by events.event_on, events.event_rank
            rows between unbounded preceding and current row
        ) as flowed_units
    {%- if is_incremental() %}
    from changed_events as events
    left join carried on events.sku_id = carried.sku_id and events.location_id = carried.location_id
    {%- else %}
    from unioned as events
    {%- endif %}

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'event_on', 'event_rank']) }} as stock_event_id,
        sku_id,
        location_id,
        event_on,
        event_rank,
        {{ money('flow_units') }} as flow_units,
        {{ money('flowed_units') }} as flowed_units,
        {{ money('way_units') }} as way_units,
        anchor_units
    from run

)

select * from final
{{ restated_rows('restated') }}
