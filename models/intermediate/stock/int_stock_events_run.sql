-- Days on which stock flowed or was recorded, in order, and what has flowed so far. A record comes after the flows of its
-- day, which it holds. A place whose ERP entered its opening stock held nothing before a SKU's first flow: that start is
-- as good as a record. Only SKUs that were recorded at a place are followed there.
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

location_histories as (

    select
        location_id,
        min(case when is_opening then flowed_on end) as complete_from,
        -- somebody tells what comes in
        max(receipt_units + transfer_in_units + abs(adjustment_units)) > 0 as is_told
    from {{ ref('int_stock_flows_unioned') }}
    group by location_id

),

first_flows as (

    select
        sku_id,
        location_id,
        min(flowed_on) as first_flowed_on
    from {{ ref('int_stock_flows_unioned') }}
    group by sku_id, location_id

),

starts as (

    select
        first_flows.sku_id,
        first_flows.location_id,
        cast({{ dbt.dateadd('day', -1, 'first_flows.first_flowed_on') }} as date) as event_on
    from first_flows
    inner join first_records
        on first_flows.sku_id = first_records.sku_id and first_flows.location_id = first_records.location_id
    inner join location_histories on first_flows.location_id = location_histories.location_id
    where
        first_flows.first_flowed_on >= location_histories.complete_from
        and first_records.first_recorded_on >= first_flows.first_flowed_on

),

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

run as (

    select
        sku_id,
        location_id,
        event_on,
        event_rank,
        anchor_units,
        flow_units,
        way_units,
        sum(flow_units) over (
            partition by sku_id, location_id order by event_on, event_rank
            rows between unbounded preceding and current row
        ) as flowed_units
    from unioned

),

final as (

    select
        {{ key_of(['run.sku_id', 'run.location_id', 'run.event_on', 'run.event_rank']) }} as stock_event_id,
        run.sku_id,
        run.location_id,
        run.event_on,
        run.event_rank,
        {{ money('run.flow_units') }} as flow_units,
        {{ money('run.flowed_units') }} as flowed_units,
        {{ money('run.way_units') }} as way_units,
        run.anchor_units,
        coalesce(location_histories.is_told, false) as is_told
    from run
    left join location_histories on run.location_id = location_histories.location_id

)

select * from final
