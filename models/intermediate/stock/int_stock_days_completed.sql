-- Stock of every day from the first that is known to the cut-off: opening, each kind of flow, what is unexplained, and
-- closing. Closing is what can be sold (on hand less committed less unsellable), as recorded where a system recorded the
-- day, else rebuilt with the flows. Where no system tells what comes in, sales alone lead nowhere: there a record stands
-- for the var `stock_record_max_age_days`, less what was sold since.
{{ config(materialized='view') }}

with

ledger as (

    select * from {{ ref('int_stock_ledger_traced') }}

),

flows as (

    select * from {{ ref('int_stock_flows_unioned') }}

),

gaps as (

    select * from {{ ref('int_stock_gaps_covered') }}

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

spans as (

    select
        ledger.*,
        case
            when ledger.next_event_on <= cut_off.cut_off_on then ledger.next_event_on
            else cast({{ dbt.dateadd('day', 1, 'cut_off.cut_off_on') }} as date)
        end as until_on
    from ledger
    cross join cut_off
    where ledger.event_on <= cut_off.cut_off_on

),

kept as (

    select
        sku_id,
        location_id,
        event_on,
        opening_units,
        closing_units,
        under_way_units,
        last_anchored_on,
        case
            when is_told then until_on
            when {{ dbt.dateadd('day', var('stock_record_max_age_days'), 'last_anchored_on') }} < until_on
                then cast({{ dbt.dateadd('day', var('stock_record_max_age_days'), 'last_anchored_on') }} as date)
            when last_anchored_on is not null then until_on
        end as until_on
    from spans

),

eventful as (

    select
        kept.sku_id,
        kept.location_id,
        kept.event_on as stock_on,
        kept.opening_units,
        coalesce(flows.receipt_units, 0) as receipt_units,
        coalesce(flows.return_units, 0) as return_units,
        coalesce(flows.transfer_in_units, 0) as transfer_in_units,
        coalesce(flows.transfer_out_units, 0) as transfer_out_units,
        coalesce(flows.adjustment_units, 0) as adjustment_units,
        coalesce(flows.sold_units, 0) as sold_units,
        coalesce(gaps.unexplained_units, 0) as unexplained_units,
        coalesce(gaps.covered_units, 0) as covered_units,
        kept.closing_units,
        coalesce(states.on_hand_units, kept.closing_units) as on_hand_units,
        coalesce(states.committed_units, 0) as committed_units,
        coalesce(states.unsellable_units, 0) as unsellable_units,
        coalesce(states.in_transit_units, kept.under_way_units) as in_transit_units,
        coalesce(states.method, 'rebuilt') as method,
        coalesce(states.source_system, 'none') as source_system,
        kept.last_anchored_on,
        coalesce(states.source_row_count, 0) as source_row_count,
        coalesce(states.source_units, 0) as source_units
    from kept
    left join flows
        on kept.sku_id = flows.sku_id and kept.location_id = flows.location_id and kept.event_on = flows.flowed_on
    left join gaps
        on kept.sku_id = gaps.sku_id and kept.location_id = gaps.location_id and kept.event_on = gaps.stock_on
    left join states
        on kept.sku_id = states.sku_id and kept.location_id = states.location_id and kept.event_on = states.recorded_on
    where kept.event_on < kept.until_on

),

-- nothing happened between two events
quiet as (

    select
        kept.sku_id,
        kept.location_id,
        days.date_on as stock_on,
        kept.closing_units as opening_units,
        0 as receipt_units,
        0 as return_units,
        0 as transfer_in_units,
        0 as transfer_out_units,
        0 as adjustment_units,
        0 as sold_units,
        0 as unexplained_units,
        0 as covered_units,
        kept.closing_units,
        kept.closing_units as on_hand_units,
        0 as committed_units,
        0 as unsellable_units,
        kept.under_way_units as in_transit_units,
        'rebuilt' as method,
        'none' as source_system,
        kept.last_anchored_on,
        0 as source_row_count,
        0 as source_units
    from kept
    inner join days on kept.event_on < days.date_on and kept.until_on > days.date_on
    where kept.until_on > {{ dbt.dateadd('day', 1, 'kept.event_on') }}

),

unioned as (

    select * from eventful
    union all
    select * from quiet

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'stock_on']) }} as stock_day_id,
        sku_id,
        location_id,
        stock_on,
        {{ money('opening_units') }} as opening_units,
        {{ money('receipt_units') }} as receipt_units,
        {{ money('return_units') }} as return_units,
        {{ money('transfer_in_units') }} as transfer_in_units,
        {{ money('transfer_out_units') }} as transfer_out_units,
        {{ money('adjustment_units') }} as adjustment_units,
        {{ money('sold_units') }} as sold_units,
        {{ money('unexplained_units') }} as unexplained_units,
        {{ money('covered_units') }} as covered_units,
        {{ money('closing_units') }} as closing_units,
        {{ money('on_hand_units') }} as on_hand_units,
        {{ money('committed_units') }} as committed_units,
        {{ money('unsellable_units') }} as unsellable_units,
        {{ money('in_transit_units') }} as in_transit_units,
        method,
        source_system,
        last_anchored_on as last_recorded_on,
        cast(source_row_count as {{ dbt.type_bigint() }}) as source_row_count,
        {{ money('source_units') }} as source_units
    from unioned

)

select * from final
