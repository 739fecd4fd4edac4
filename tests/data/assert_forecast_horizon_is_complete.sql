-- Every series of the newest forecast has every day of the horizon once, from its launch on where it has never sold.
select
    forecast.sku_id,
    forecast.channel_id,
    forecast.location_id,
    count(distinct forecast.forecast_on) as day_count
from {{ ref('int_demand_forecast') }} as forecast
inner join {{ ref('int_demand_series') }} as series
    on
        forecast.sku_id = series.sku_id
        and forecast.channel_id = series.channel_id
        and forecast.location_id = series.location_id
group by forecast.sku_id, forecast.channel_id, forecast.location_id
having
    count(*) != count(distinct forecast.forecast_on)
    or count(*) != case
        when max(series.launch_on) > max(forecast.origin_on)
            then {{ dbt.datediff('max(series.launch_on)', 'max(forecast.forecast_on)', 'day') }} + 1
        else {{ var('forecast_horizon_days') }}
    end
