-- The newest forecast by day, for what plans stock: one row per SKU, channel, location and day. A week's forecast is spread
-- evenly over its days; before a launch there is none.
with

runs as (

    select * from {{ ref('int_forecast_run') }}
    where row_kind = 'period'

),

series as (

    select * from {{ ref('int_demand_series') }}

),

days as (

    select date_on from {{ ref('int_calendar_days') }}

),

final as (

    select
        {{ key_of(['runs.origin_on', 'series.series_id', 'days.date_on']) }} as forecast_id,
        runs.origin_on,
        series.sku_id,
        series.channel_id,
        series.location_id,
        days.date_on as forecast_on,
        runs.mean_units / runs.window_days as mean_units,
        runs.variance_units / runs.window_days as variance_units,
        runs.method
    from runs
    inner join series on runs.series_id = series.series_id
    inner join days
        on
            runs.forecast_on <= days.date_on
            and days.date_on < {{ dbt.dateadd('day', 'runs.window_days', 'runs.forecast_on') }}
    where series.launch_on is null or days.date_on >= series.launch_on

)

select * from final
