-- Stock of every day from the first that is known to the cut-off: opening, each kind of flow, what is unexplained, and
-- closing. Closing is what can be sold (on hand less committed less unsellable), as recorded where a system recorded the
-- day, else rebuilt with the flows. Where no system tells what comes in, sales alone lead nowhere: there a record stands
-- for the var `stock_record_max_age_days`, less what was sold since.
with

ledger as (

    select * from {{ ref('int_stock_ledger_traced') }}

),

flows as (

    select * from {{ ref('int_stock_flows_unioned') }}

),

states as (

    select * from {{ ref('int_stock_states_recorded') }}

),

days as (

    select date_on from {{ ref('int_calendar_days') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

-- places where something came in, as far as the systems tell
told_locations as (

    select location_id
    from flows
    group by location_id
    having max(receipt_units + transfer_in_units + abs(adjustment_units)) > 0

),

in_transit as (

    select
        sku_id,
        location_id,
        flowed_on,
        sum(dispatched_units - transfer_in_units) over (
            partition by sku_id, location_id order by flowed_on
            rows between unbounded preceding and current row
        ) as under_way_units,
        lead(flowed_on) over (partition by sku_id, location_id order by flowed_on) as next_flowed_on
    from flows
    where dispatched_units > 0 or transfer_in_units > 0

),

transit_days as (

    select
        in_transit.sku_id,
        in_transit.location_id,
        days.date_on,
        in_transit.under_way_units
    from in_transit
    cross join cut_off
    inner join days
        on
            in_transit.flowed_on <= days.date_on
            and days.date_on < coalesce(in_transit.next_flowed_on, {{ dbt.dateadd('day', 1, 'cut_off.cut_off_on') }})
            and cut_off.cut_off_on >= days.date_on
    where in_transit.under_way_units > 0

),

spans as (

    select
        ledger.*,
        cut_off.cut_off_on,
        told_locations.location_id is not null as is_told
    from ledger
    cross join cut_off
    left join told_locations on ledger.location_id = told_locations.location_id
    where ledger.event_on <= cut_off.cut_off_on

),

dense as (

    select
        spans.sku_id,
        spans.location_id,
        days.date_on,
        case when days.date_on = spans.event_on then spans.opening_units else spans.closing_units end as opening_units,
        case when days.date_on = spans.event_on then spans.unexplained_units else 0 end as unexplained_units,
        spans.closing_units,
        spans.last_anchored_on
    from spans
    inner join days
        on
            spans.event_on <= days.date_on
            and days.date_on < coalesce(spans.next_event_on, {{ dbt.dateadd('day', 1, 'spans.cut_off_on') }})
            and spans.cut_off_on >= days.date_on
    where
        spans.is_told
        or days.date_on < {{ dbt.dateadd('day', var('stock_record_max_age_days'), 'spans.last_anchored_on') }}

),

final as (

    select
        {{ key_of(['dense.sku_id', 'dense.location_id', 'dense.date_on']) }} as stock_day_id,
        dense.sku_id,
        dense.location_id,
        dense.date_on as stock_on,
        {{ money('dense.opening_units') }} as opening_units,
        {{ money('coalesce(flows.receipt_units, 0)') }} as receipt_units,
        {{ money('coalesce(flows.return_units, 0)') }} as return_units,
        {{ money('coalesce(flows.transfer_in_units, 0)') }} as transfer_in_units,
        {{ money('coalesce(flows.transfer_out_units, 0)') }} as transfer_out_units,
        {{ money('coalesce(flows.adjustment_units, 0)') }} as adjustment_units,
        {{ money('coalesce(flows.sold_units, 0)') }} as sold_units,
        {{ money('dense.unexplained_units') }} as unexplained_units,
        {{ money('dense.closing_units') }} as closing_units,
        {{ money('coalesce(states.on_hand_units, dense.closing_units)') }} as on_hand_units,
        {{ money('dense.closing_units') }} as available_units,
        {{ money('coalesce(states.committed_units, 0)') }} as committed_units,
        {{ money('coalesce(states.unsellable_units, 0)') }} as unsellable_units,
        {{ money('coalesce(states.in_transit_units, transit_days.under_way_units, 0)') }} as in_transit_units,
        coalesce(states.method, 'rebuilt') as method,
        coalesce(states.source_system, 'none') as source_system,
        dense.last_anchored_on as last_recorded_on,
        cast(coalesce(states.source_row_count, 0) as {{ dbt.type_bigint() }}) as source_row_count,
        {{ money('coalesce(states.source_units, 0)') }} as source_units
    from dense
    left join flows
        on dense.sku_id = flows.sku_id and dense.location_id = flows.location_id and dense.date_on = flows.flowed_on
    left join states
        on dense.sku_id = states.sku_id and dense.location_id = states.location_id and dense.date_on = states.recorded_on
    left join transit_days
        on
            dense.sku_id = transit_days.sku_id
            and dense.location_id = transit_days.location_id
            and dense.date_on = transit_days.date_on

)

select * from final
