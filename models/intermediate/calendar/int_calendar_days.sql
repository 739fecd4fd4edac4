-- The days that the house knows. The public holidays are its only parent: a spine needs no data.
with

public_holidays as (

    select * from {{ ref('public_holiday') }}

),

spine as (

    {{ dbt.date_spine('day', "cast('" ~ var('calendar_starts_on') ~ "' as date)", "cast('" ~ var('calendar_ends_on') ~ "' as date)") }}

),

home_holidays as (

    select
        holiday_on,
        min(holiday_name) as holiday_name
    from public_holidays
    where country_code = '{{ var("home_country_code") }}'
    group by holiday_on

),

final as (

    select
        cast(spine.date_day as date) as date_on,
        home_holidays.holiday_name
    from spine
    left join home_holidays
        on cast(spine.date_day as date) = home_holidays.holiday_on

)

select * from final
