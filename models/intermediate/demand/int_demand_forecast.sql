-- The newest forecast: one row per SKU, channel, location and day of the horizon.
with

runs as (

    select * from {{ ref('int_forecast_run') }}

),

final as (

    select
        row_id as forecast_id,
        origin_on,
        sku_id,
        channel_id,
        location_id,
        forecast_on,
        mean_units,
        variance_units,
        {%- for level in forecast_levels() %}
        q{{ level }}_units,
        {%- endfor %}
        method,
        fallback_reason,
        history_from_on,
        history_days
    from runs
    where forecast_on is not null

)

select * from final
