-- Every series of the newest forecast has every day of the horizon once.
select
    sku_id,
    channel_id,
    location_id,
    count(distinct forecast_on) as day_count
from {{ ref('int_demand_forecast') }}
group by sku_id, channel_id, location_id
having
    count(distinct forecast_on) != {{ var('forecast_horizon_days') }}
    or count(*) != {{ var('forecast_horizon_days') }}
