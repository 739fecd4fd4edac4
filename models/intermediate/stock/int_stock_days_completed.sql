-- Stock of every day that a system recorded; and where a system keeps only today's stock, of past days too: today's
-- record less what flowed since.
with

recorded as (

    select
        sku_id,
        location_id,
        recorded_on,
        sum(on_hand_units) as on_hand_units,
        sum(committed_units) as committed_units,
        sum(unsellable_units) as unsellable_units,
        sum(in_transit_units) as in_transit_units,
        count(*) as source_row_count,
        sum(source_units) as source_units,
        min(source_system) as source_system
    from {{ ref('int_stock_resolved') }}
    where rejection_reason is null
    group by sku_id, location_id, recorded_on

),

current_stock as (

    select
        sku_id,
        location_id,
        recorded_on,
        -- what is committed has left the books of the flows already
        sum(on_hand_units - committed_units - unsellable_units) as on_hand_units
    from {{ ref('int_stock_resolved') }}
    where rejection_reason is null and source_system != 'wms'
    group by sku_id, location_id, recorded_on

),

flows as (

    select * from {{ ref('int_stock_flows_unioned') }}

),

days as (

    select date_on from {{ ref('int_calendar_days') }}

),

first_flows as (

    select
        current_stock.sku_id,
        current_stock.location_id,
        current_stock.recorded_on,
        current_stock.on_hand_units,
        min(flows.flowed_on) as first_flowed_on
    from current_stock
    inner join flows
        on current_stock.sku_id = flows.sku_id and current_stock.location_id = flows.location_id
    group by current_stock.sku_id, current_stock.location_id, current_stock.recorded_on, current_stock.on_hand_units

),

dense as (

    select
        first_flows.sku_id,
        first_flows.location_id,
        first_flows.on_hand_units as current_units,
        days.date_on,
        coalesce(flows.flow_units, 0) as flow_units
    from first_flows
    inner join days
        on first_flows.first_flowed_on <= days.date_on and first_flows.recorded_on >= days.date_on
    left join flows
        on
            first_flows.sku_id = flows.sku_id
            and first_flows.location_id = flows.location_id
            and days.date_on = flows.flowed_on

),

rebuilt as (

    select
        sku_id,
        location_id,
        date_on as recorded_on,
        {{ money('current_units - coalesce(sum(flow_units) over (
            partition by sku_id, location_id order by date_on desc
            rows between unbounded preceding and 1 preceding
        ), 0)') }} as on_hand_units
    from dense

),

unioned as (

    select
        *,
        'recorded' as method
    from recorded
    union all
    select
        rebuilt.sku_id,
        rebuilt.location_id,
        rebuilt.recorded_on,
        rebuilt.on_hand_units,
        0 as committed_units,
        0 as unsellable_units,
        0 as in_transit_units,
        0 as source_row_count,
        0 as source_units,
        'none' as source_system,
        'rebuilt' as method
    from rebuilt
    left join recorded
        on
            rebuilt.sku_id = recorded.sku_id
            and rebuilt.location_id = recorded.location_id
            and rebuilt.recorded_on = recorded.recorded_on
    where recorded.sku_id is null

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'recorded_on']) }} as stock_day_id,
        sku_id,
        location_id,
        recorded_on as stock_on,
        {{ money('on_hand_units') }} as on_hand_units,
        {{ money('on_hand_units - committed_units - unsellable_units') }} as available_units,
        {{ money('committed_units') }} as committed_units,
        {{ money('unsellable_units') }} as unsellable_units,
        {{ money('in_transit_units') }} as in_transit_units,
        method,
        source_system,
        cast(source_row_count as {{ dbt.type_bigint() }}) as source_row_count,
        {{ money('source_units') }} as source_units
    from unioned

)

select * from final
