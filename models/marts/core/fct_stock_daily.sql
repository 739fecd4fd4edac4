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

rebuilt as (

    select * from {{ ref('int_stock_history_rebuilt') }}

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
