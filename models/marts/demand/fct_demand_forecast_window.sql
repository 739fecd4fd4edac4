{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='vintage_on',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

with

runs as (

    select * from {{ ref('int_forecast_run') }}
    where row_kind = 'window'

),

series as (

    select * from {{ ref('int_demand_series') }}

),

final as (

    select
        {{ key_of(['runs.origin_on', 'series.sku_id', 'series.channel_id', 'series.location_id', 'runs.window_days']) }} as window_id,
        runs.origin_on as vintage_on,
        series.sku_id,
        series.channel_id,
        series.location_id,
        cast(runs.window_days as {{ dbt.type_int() }}) as window_days,
        runs.forecast_on as first_on,
        cast({{ dbt.dateadd('day', 'runs.window_days', 'runs.origin_on') }} as date) as last_on,
        {{ share('runs.mean_units') }} as mean_units,
        {{ share('runs.variance_units') }} as variance_units,
        {%- for level in forecast_levels() %}
        {{ share('runs.q' ~ level ~ '_units') }} as q{{ level }}_units,
        {%- endfor %}
        runs.method,
        runs.fallback_reason,
        runs.fitted_on
    from runs
    inner join series on runs.series_id = series.series_id
    -- a window that a launch cuts short is no window of demand
    where series.launch_on is null or runs.forecast_on >= series.launch_on

)

select * from final
