-- Stock at the close of each day, per SKU, location and day: the last record stands until the next, for at most as
-- many days as the var `stock_record_max_age_days`.
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

closes as (

    select
        spans.sku_id,
        spans.location_id,
        days.date_on as stock_on,
        -- less than nothing is a record that drifted, not an empty shelf
        case when spans.available_units >= 0 then spans.available_units end as close_units,
        lag(case when spans.available_units >= 0 then spans.available_units end)
            over (partition by spans.sku_id, spans.location_id order by days.date_on) as last_units,
        lag(days.date_on) over (partition by spans.sku_id, spans.location_id order by days.date_on) as last_on
    from spans
    inner join days
        on
            spans.stock_on <= days.date_on
            and days.date_on < coalesce(
                spans.next_stock_on, {{ dbt.dateadd('day', var('stock_record_max_age_days'), 'spans.stock_on') }}
            )
            and days.date_on < {{ dbt.dateadd('day', var('stock_record_max_age_days'), 'spans.stock_on') }}

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'stock_on']) }} as stock_state_id,
        sku_id,
        location_id,
        stock_on,
        close_units,
        -- after a gap nobody knows how the day opened
        case when last_on = {{ dbt.dateadd('day', -1, 'stock_on') }} then last_units end as open_units
    from closes

)

select * from final
