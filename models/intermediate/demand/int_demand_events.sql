-- Days unlike others, one row per country, day and name: public holidays, and what trade made a holiday of.
with

public_holidays as (

    select * from {{ ref('public_holiday') }}

),

retail_events as (

    select * from {{ ref('retail_event') }}

),

countries as (

    select distinct coalesce(country_code, '') as country_code
    from {{ ref('dim_channel') }}

),

-- a substitute day is kept like the holiday itself
named as (

    select
        country_code,
        holiday_on as event_on,
        lower(trim({{ dbt.split_part('holiday_name', "'('", 1) }})) as event_name
    from public_holidays

),

unioned as (

    select
        countries.country_code as calendar_code,
        named.event_on,
        named.event_name
    from named
    inner join countries on named.country_code = countries.country_code
    union distinct
    -- an event without a country is kept everywhere
    select
        countries.country_code as calendar_code,
        retail_events.event_on,
        lower(trim(retail_events.event_name)) as event_name
    from retail_events
    inner join countries
        on nullif(trim(retail_events.country_code), '') is null or retail_events.country_code = countries.country_code

),

final as (

    select
        {{ key_of(['calendar_code', 'event_on', 'event_name']) }} as event_day_id,
        calendar_code,
        event_on,
        event_name
    from unioned

)

select * from final
