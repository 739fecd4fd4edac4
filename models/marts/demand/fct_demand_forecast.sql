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
    where row_kind = 'period'

),

series as (

    select * from {{ ref('int_demand_series') }}

),

final as (

    select
        {{ key_of(['runs.origin_on', 'series.sku_id', 'series.channel_id', 'series.location_id', 'runs.forecast_on']) }} as forecast_id,
        runs.origin_on as vintage_on,
        series.sku_id,
        series.channel_id,
        series.location_id,
        runs.forecast_on,
        cast({{ dbt.datediff('runs.origin_on', 'runs.forecast_on', 'day') }} as {{ dbt.type_int() }}) as horizon_days,
        {{ share('runs.mean_units') }} as mean_units,
        {{ share('runs.variance_units') }} as variance_units,
        {%- for level in forecast_levels() %}
        {{ share('runs.q' ~ level ~ '_units') }} as q{{ level }}_units,
        {%- endfor %}
        runs.method,
        runs.fallback_reason,
        series.history_from_on,
        cast({{ dbt.datediff('series.history_from_on', 'runs.origin_on', 'day') }} + 1 as {{ dbt.type_int() }}) as history_days,
        cast(runs.window_days as {{ dbt.type_int() }}) as period_days,
        runs.fitted_on
    from runs
    inner join series on runs.series_id = series.series_id
    where series.launch_on is null or runs.forecast_on >= series.launch_on

)

select * from final
