-- Stock that the record shows at the cut-off and that nothing has touched of late: since when no sale in any channel,
-- alone or in a kit, and no other movement.
with

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

records as (

    select
        stock_states.sku_id,
        stock_states.location_id,
        stock_states.close_units as record_units,
        cut_off.cut_off_on
    from {{ ref('int_stock_states_filled') }} as stock_states
    inner join cut_off on stock_states.stock_on = cut_off.cut_off_on
    where stock_states.close_units >= {{ var('phantom_min_record_units') }}

),

-- every touch of the shelf proves that someone stood before it
flows as (

    select
        sku_id,
        location_id,
        max(flowed_on) as last_moved_on
    from {{ ref('int_stock_flows_unioned') }}
    where flow_units != 0
    group by sku_id, location_id

),

sales as (

    select
        sku_id,
        location_id,
        max(case when sold_units > 0 then demand_on end) as last_sold_on
    from {{ ref('int_demand_observed') }}
    group by sku_id, location_id

),

touched as (

    select
        records.*,
        sales.last_sold_on,
        case
            when flows.last_moved_on is null or flows.last_moved_on < sales.last_sold_on then sales.last_sold_on
            else flows.last_moved_on
        end as last_touched_on
    from records
    inner join sales on records.sku_id = sales.sku_id and records.location_id = sales.location_id
    left join flows on records.sku_id = flows.sku_id and records.location_id = flows.location_id
    where sales.last_sold_on is not null

),

final as (

    select
        {{ key_of(['sku_id', 'location_id']) }} as silence_id,
        sku_id,
        location_id,
        cut_off_on,
        {{ money('record_units') }} as record_units,
        last_sold_on,
        last_touched_on,
        cast({{ dbt.datediff('last_touched_on', 'cut_off_on', 'day') }} as {{ dbt.type_bigint() }}) as silent_days
    from touched
    where {{ dbt.datediff('last_touched_on', 'cut_off_on', 'day') }} >= {{ var('phantom_min_silent_days') }}

)

select * from final
