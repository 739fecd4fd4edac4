-- What the forecast learns from and looks ahead with: one row per series and day of the history and of the horizon. Add a
-- column and it enters the model at the next run: `known_...` where its future is known (plans, prices, a calendar),
-- `past_...` where it isn't. The word after the prefix (price, promotion, marketing, weather) says to which driver its
-- effect is booked; any other word books it to `other`.
with

series as (

    select * from {{ ref('int_demand_series') }}

),

demand as (

    select * from {{ ref('fct_demand_daily') }}

),

days as (

    select date_on from {{ ref('int_calendar_days') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

prices as (

    select * from {{ ref('int_price_days') }}

),

promotions as (

    select * from {{ ref('int_promotions_planned') }}

),

spend as (

    select * from {{ ref('int_media_spend_planned') }}

),

weather as (

    select * from {{ ref('int_weather_days') }}

),

newest_prices as (

    select
        sku_id,
        channel_id,
        list_price_amount,
        row_number() over (partition by sku_id, channel_id order by demand_on desc) as age_rank
    from prices

),

promoted as (

    select
        promotions.sku_id,
        promotions.channel_id,
        days.date_on,
        max(promotions.discount_rate) as discount_rate
    from promotions
    inner join days on promotions.starts_on <= days.date_on and promotions.ends_on >= days.date_on
    group by promotions.sku_id, promotions.channel_id, days.date_on

),

usual_spend as (

    select
        spend.channel_id,
        avg(case when spend.spend_reporting_amount > 0 then spend.spend_reporting_amount end) as spend_amount
    from spend
    cross join cut_off
    where spend.spent_on <= cut_off.cut_off_on
    group by spend.channel_id

),

history as (

    select
        series.series_id,
        demand.demand_on,
        demand.demand_units,
        demand.in_stock_share,
        demand.method
    from demand
    cross join cut_off
    inner join series
        on
            demand.sku_id = series.sku_id
            and demand.channel_id = series.channel_id
            and demand.location_id = series.location_id
    where
        demand.demand_on > {{ dbt.dateadd('day', -1 * var('forecast_history_days'), 'cut_off.cut_off_on') }}
        and demand.demand_on <= cut_off.cut_off_on

),

ahead as (

    select
        series.series_id,
        days.date_on as demand_on,
        cast(null as {{ type_money() }}) as demand_units,
        cast(null as {{ type_share() }}) as in_stock_share,
        cast(null as {{ dbt.type_string() }}) as method
    from series
    cross join cut_off
    inner join days
        on
            cut_off.cut_off_on < days.date_on
            and days.date_on <= {{ dbt.dateadd('day', var('forecast_horizon_days'), 'cut_off.cut_off_on') }}

),

unioned as (

    select * from history
    union all
    select * from ahead

),

joined as (

    select
        unioned.series_id,
        unioned.demand_on,
        cut_off.cut_off_on,
        unioned.demand_units,
        -- an estimate counts for less the more of the day it stands for, and never for nothing
        case
            when unioned.demand_units is null then null
            when unioned.in_stock_share < {{ var('forecast_min_weight_share') }} then {{ var('forecast_min_weight_share') }}
            else unioned.in_stock_share
        end as demand_weight_share,
        -- known ahead
        -- a day on which it was given away tells no price
        cast(
            case
                when prices.list_price_amount > 0 and newest_prices.list_price_amount > 0
                    then ln(prices.list_price_amount / newest_prices.list_price_amount)
                else 0
            end as {{ dbt.type_float() }}
        ) as known_price_list,
        cast(coalesce(promoted.discount_rate, 0) as {{ dbt.type_float() }}) as known_promotion_discount,
        cast(ln(1 + case when spend.spend_reporting_amount > 0 then spend.spend_reporting_amount else 0 end / coalesce(usual_spend.spend_amount, 1)) as {{ dbt.type_float() }})
            as known_marketing_spend,
        -- known only afterwards
        cast(coalesce(unioned.in_stock_share, 1) as {{ dbt.type_float() }}) as past_stock_share,
        cast(coalesce(weather.temperature_anomaly_celsius, 0) as {{ dbt.type_float() }}) as past_weather_temperature,
        cast(coalesce(weather.precipitation_anomaly_mm, 0) as {{ dbt.type_float() }}) as past_weather_precipitation
    from unioned
    cross join cut_off
    inner join series on unioned.series_id = series.series_id
    left join prices
        on
            series.sku_id = prices.sku_id
            and series.channel_id = prices.channel_id
            and unioned.demand_on = prices.demand_on
    left join newest_prices
        on
            series.sku_id = newest_prices.sku_id
            and series.channel_id = newest_prices.channel_id
            and newest_prices.age_rank = 1
    left join promoted
        on
            series.sku_id = promoted.sku_id
            and series.channel_id = promoted.channel_id
            and unioned.demand_on = promoted.date_on
    left join spend
        on series.channel_id = spend.channel_id and unioned.demand_on = spend.spent_on
    left join usual_spend on series.channel_id = usual_spend.channel_id
    left join weather on unioned.demand_on = weather.observed_on

),

final as (

    select
        {{ key_of(['series_id', 'demand_on']) }} as feature_day_id,
        *
    from joined

)

select * from final
