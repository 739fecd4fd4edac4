{%- set parts = forecast_drivers() | reject('equalto', 'other') | list %}
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

exact as (

    select
        runs.origin_on,
        series.sku_id,
        series.channel_id,
        series.location_id,
        runs.forecast_on,
        {%- for part in parts %}
        {{ share('runs.' ~ part ~ '_units') }} as {{ part }}_units,
        {%- endfor %}
        {{ share('runs.mean_units') }} as mean_units
    from runs
    inner join series on runs.series_id = series.series_id
    where series.launch_on is null or runs.forecast_on >= series.launch_on

),

final as (

    select
        {{ key_of(['origin_on', 'sku_id', 'channel_id', 'location_id', 'forecast_on']) }} as forecast_id,
        origin_on as vintage_on,
        sku_id,
        channel_id,
        location_id,
        forecast_on,
        {%- for part in parts %}
        {{ part }}_units,
        {%- endfor %}
        -- what is left closes the sum to the last digit
        cast(
            mean_units{% for part in parts %} - {{ part }}_units{% endfor %}
            as {{ type_share() }}
        ) as other_units,
        mean_units
    from exact

)

select * from final
