-- One row per SKU, location and day: demand that the location answers for, over all channels and the locations it
-- feeds. Variances add up: days and places are taken as independent here, and the policy corrects for what isn't.
with

forecast as (

    select * from {{ ref('int_demand_forecast') }}

),

echelons as (

    select * from {{ ref('int_location_echelons') }}

),

final as (

    select
        {{ key_of(['forecast.sku_id', 'echelons.location_id', 'forecast.forecast_on']) }} as location_forecast_id,
        forecast.sku_id,
        echelons.location_id,
        forecast.forecast_on,
        -- exact numbers, so that sums don't depend on their order
        {{ share('sum(' ~ share('forecast.mean_units') ~ ')') }} as mean_units,
        {{ share('sum(' ~ share('forecast.variance_units') ~ ')') }} as variance_units
    from forecast
    inner join echelons on forecast.location_id = echelons.member_location_id
    group by forecast.sku_id, echelons.location_id, forecast.forecast_on

)

select * from final
