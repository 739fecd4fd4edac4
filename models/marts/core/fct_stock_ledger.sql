-- Stock of every day from the first that is known to the cut-off: opening, each kind of flow, what is unexplained, and
-- closing. Closing is what can be sold (on hand less committed less unsellable), as recorded where a system recorded the
-- day, else rebuilt with the flows. Where no system tells what comes in, sales alone lead nowhere: there a record stands
-- for the var `stock_record_max_age_days`, less what was sold since. An incremental run works out
-- the days from the first that changed, per SKU and location, and those that are new.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_day_id',
    meta={
        'restated_by': [
            'int_stock_ledger_traced', 'int_stock_flows_unioned', 'int_stock_gaps_covered', 'int_stock_states_recorded'
        ],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'stock_on',
        'restated_until': 'cut_off_on'
    }
) }}

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

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),

held_until as (

    select coalesce(max(stock_on), cast('0001-01-01' as date)) as held_until_on from {{ this }}

),
{%- endif %}

spans as (

    select
        ledger.*,
        {%- if is_incremental() %}
        case
            when restated.restated_from_on <= held_until.held_until_on then restated.restated_from_on
            else cast({{ dbt.dateadd('day', 1, 'held_until.held_until_on') }} as date)
        end as from_on,
        {%- else %}
        cast('0001-01-01' as date) as from_on,
        {%- endif %}
        case
            when ledger.next_event_on <= cut_off.cut_off_on then ledger.next_event_on
            else cast({{ dbt.dateadd('day', 1, 'cut_off.cut_off_on') }} as date)
        end as until_on
    from ledger
    inner join cut_off on ledger.event_on <= cut_off.cut_off_on
    {%- if is_incremental() %}
    cross join held_until
    left join restated on ledger.sku_id = restated.sku_id and ledger.location_id = restated.location_id
    where
        ledger.next_event_on is null
        or ledger.next_event_on > held_until.held_until_on
        or ledger.next_event_on >= restated.restated_from_on
    {%- endif %}

),

kept as (

    select
        sku_id,
        location_id,
        event_on,
        opening_units,
        closing_units,
        case when under_way_units > 0 then under_way_units else 0 end as under_way_units,
        last_anchored_on,
        from_on,
        case
            when is_told then until_on
            when {{ dbt.dateadd('day', var('stock_record_max_age_days'), 'last_anchored_on') }} < until_on
                then cast({{ dbt.dateadd('day', var('stock_record_max_age_days'), 'last_anchored_on') }} as date)
            when last_anchored_on is not null then until_on
        end as until_on
    from spans

),

followed as (

    select
        *,
        lag(until_on) over (partition by sku_id, location_id order by event_on) as last_until_on
    from kept

),

eventful as (

    select
        kept.sku_id,
        kept.location_id,
        kept.event_on as stock_on,
        -- after a gap nobody knows how the day opened
        coalesce(kept.last_until_on >= kept.event_on, false) as is_opening_known,
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
    from followed as kept
    left join flows
        on kept.sku_id = flows.sku_id and kept.location_id = flows.location_id and kept.event_on = flows.flowed_on
    left join gaps
        on kept.sku_id = gaps.sku_id and kept.location_id = gaps.location_id and kept.event_on = gaps.stock_on
    left join states
        on kept.sku_id = states.sku_id and kept.location_id = states.location_id and kept.event_on = states.recorded_on
    where kept.event_on < kept.until_on and kept.event_on >= kept.from_on

),

-- nothing happened between two events
quiet_spans as (

    select
        sku_id,
        location_id,
        closing_units,
        under_way_units,
        last_anchored_on,
        case
            when from_on > event_on then from_on
            else cast({{ dbt.dateadd('day', 1, 'event_on') }} as date)
        end as first_on,
        cast({{ dbt.dateadd('day', -1, 'until_on') }} as date) as last_on
    from kept
    where until_on > {{ dbt.dateadd('day', 1, 'event_on') }} and until_on > from_on

),

quiet as (

    select
        quiet_spans.sku_id,
        quiet_spans.location_id,
        days.date_on as stock_on,
        true as is_opening_known,
        quiet_spans.closing_units as opening_units,
        0 as receipt_units,
        0 as return_units,
        0 as transfer_in_units,
        0 as transfer_out_units,
        0 as adjustment_units,
        0 as sold_units,
        0 as unexplained_units,
        0 as covered_units,
        quiet_spans.closing_units,
        quiet_spans.closing_units as on_hand_units,
        0 as committed_units,
        0 as unsellable_units,
        quiet_spans.under_way_units as in_transit_units,
        'rebuilt' as method,
        'none' as source_system,
        quiet_spans.last_anchored_on,
        0 as source_row_count,
        0 as source_units
    from quiet_spans
    {{ each_day('quiet_spans.first_on', 'quiet_spans.last_on') }}

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
        is_opening_known,
        {{ money('opening_units') }} as opening_units,
        {{ money('receipt_units') }} as receipt_units,
        {{ money('return_units') }} as return_units,
        {{ money('transfer_in_units') }} as transfer_in_units,
        {{ money('transfer_out_units') }} as transfer_out_units,
        {{ money('adjustment_units') }} as adjustment_units,
        {{ money('sold_units') }} as sold_units,
        {{ money('unexplained_units') }} as unexplained_units,
        {{ money('closing_units') }} as closing_units,
        {{ money('covered_units') }} as covered_units,
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
{{ restated_rows('restated') }}
