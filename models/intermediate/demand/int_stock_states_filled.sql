-- Stock at the close of each day, per SKU, location and day: the last record stands until the next, for at most as
-- many days as the var `stock_record_max_age_days`, and moves with what sold, came in and went out since.
with

stock as (

    select * from {{ ref('fct_stock_daily') }}

),

spans as (

    select
        sku_id,
        location_id,
        stock_on,
        available_units,
        lead(stock_on) over (partition by sku_id, location_id order by stock_on) as next_stock_on
    from stock

),

days as (

    select date_on from {{ ref('dim_date') }}

),

flows as (

    select * from {{ ref('int_stock_flows_unioned') }}

),

carried as (

    select
        spans.sku_id,
        spans.location_id,
        spans.stock_on as recorded_on,
        spans.available_units,
        days.date_on as stock_on
    from spans
    inner join days
        on
            spans.stock_on <= days.date_on
            and days.date_on < coalesce(
                spans.next_stock_on, {{ dbt.dateadd('day', var('stock_record_max_age_days'), 'spans.stock_on') }}
            )
            and days.date_on < {{ dbt.dateadd('day', var('stock_record_max_age_days'), 'spans.stock_on') }}

),

moved as (

    select
        carried.sku_id,
        carried.location_id,
        carried.stock_on,
        carried.available_units,
        -- the record holds what flowed on its own day
        carried.available_units + coalesce(sum(case when carried.stock_on > carried.recorded_on then flows.flow_units end)
            over (
                partition by carried.sku_id, carried.location_id, carried.recorded_on order by carried.stock_on
                rows between unbounded preceding and current row
            ), 0) as moved_units
    from carried
    left join flows
        on
            carried.sku_id = flows.sku_id
            and carried.location_id = flows.location_id
            and carried.stock_on = flows.flowed_on

),

closes as (

    select
        sku_id,
        location_id,
        stock_on,
        -- a record of less than nothing has drifted and tells nothing; sold down to less than nothing is an empty shelf
        case
            when available_units >= 0 and moved_units >= 0 then moved_units
            when available_units >= 0 then 0
        end as close_units
    from moved

),

opened as (

    select
        *,
        lag(close_units) over (partition by sku_id, location_id order by stock_on) as last_units,
        lag(stock_on) over (partition by sku_id, location_id order by stock_on) as last_on
    from closes

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'stock_on']) }} as stock_state_id,
        sku_id,
        location_id,
        stock_on,
        {{ money('close_units') }} as close_units,
        -- after a gap nobody knows how the day opened
        {{ money('case when last_on = ' ~ dbt.dateadd('day', -1, 'stock_on') ~ ' then last_units end') }} as open_units
    from opened

)

select * from final
