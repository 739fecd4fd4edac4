{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='vintage_on',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

with

forecast as (

    select * from {{ ref('int_demand_forecast') }}

),

final as (

    select
        {{ key_of(['origin_on', 'sku_id', 'channel_id', 'location_id', 'forecast_on']) }} as forecast_id,
        origin_on as vintage_on,
        sku_id,
        channel_id,
        location_id,
        forecast_on,
        cast({{ dbt.datediff('origin_on', 'forecast_on', 'day') }} as {{ dbt.type_int() }}) as horizon_days,
        {{ share('mean_units') }} as mean_units,
        {{ share('variance_units') }} as variance_units,
        {%- for level in forecast_levels() %}
        {{ share('q' ~ level ~ '_units') }} as q{{ level }}_units,
        {%- endfor %}
        method,
        fallback_reason,
        history_from_on,
        cast(history_days as {{ dbt.type_int() }}) as history_days
    from forecast

)

select * from final
