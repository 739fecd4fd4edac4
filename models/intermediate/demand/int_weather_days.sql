-- Weather less what is usual for the time of year (the same days of all years, ten on either side), mean of all cities.
with

weather as (

    select
        city_code,
        observed_on,
        temperature_celsius,
        precipitation_mm,
        {{ dbt.datediff(dbt.date_trunc('year', 'observed_on'), 'observed_on', 'day') }} as year_day
    from {{ ref('stg_weather__daily') }}
    where delivery_rank = 1 and observed_on is not null and city_code is not null

),

of_year_days as (

    select
        city_code,
        year_day,
        sum(temperature_celsius) as temperature_sum,
        count(temperature_celsius) as temperature_count,
        sum(precipitation_mm) as precipitation_sum,
        count(precipitation_mm) as precipitation_count
    from weather
    group by city_code, year_day

),

usual as (

    select
        days.city_code,
        days.year_day,
        sum(near.temperature_sum) / nullif(sum(near.temperature_count), 0) as temperature_celsius,
        sum(near.precipitation_sum) / nullif(sum(near.precipitation_count), 0) as precipitation_mm
    from of_year_days as days
    inner join of_year_days as near
        on
            days.city_code = near.city_code
            -- the year is a circle of 366 days
            and mod(near.year_day - days.year_day + 10 + 366, 366) <= 20
    group by days.city_code, days.year_day

),

final as (

    select
        weather.observed_on,
        {{ share('avg(weather.temperature_celsius - usual.temperature_celsius)') }} as temperature_anomaly_celsius,
        {{ share('avg(weather.precipitation_mm - usual.precipitation_mm)') }} as precipitation_anomaly_mm
    from weather
    inner join usual on weather.city_code = usual.city_code and weather.year_day = usual.year_day
    group by weather.observed_on

)

select * from final
