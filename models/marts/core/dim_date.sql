with

days as (

    select * from {{ ref('int_calendar_days') }}

),

parts as (

    select
        date_on,
        holiday_name,
        {{ dbt.date_trunc('week', 'date_on') }} as week_starts_on,
        {{ dbt.date_trunc('month', 'date_on') }} as month_starts_on,
        extract(year from date_on) as calendar_year,
        extract(month from date_on) as calendar_month,
        mod(extract(month from date_on) - {{ var('fiscal_year_starts_month') }} + 12, 12) + 1 as fiscal_period
    from days

),

final as (

    select
        date_on,
        cast(week_starts_on as date) as week_starts_on,
        cast(month_starts_on as date) as month_starts_on,
        cast({{ dbt.datediff('cast(week_starts_on as date)', 'date_on', 'day') }} + 1 as {{ dbt.type_int() }}) as weekday_number,
        {{ dbt.datediff('cast(week_starts_on as date)', 'date_on', 'day') }} >= 5 as is_weekend,
        cast(calendar_year as {{ dbt.type_int() }}) as calendar_year,
        cast(calendar_month as {{ dbt.type_int() }}) as calendar_month,
        -- a fiscal year is named after the calendar year in which it ends
        cast(case
            when {{ var('fiscal_year_starts_month') }} = 1 then calendar_year
            when calendar_month >= {{ var('fiscal_year_starts_month') }} then calendar_year + 1
            else calendar_year
        end as {{ dbt.type_int() }}) as fiscal_year,
        cast(fiscal_period as {{ dbt.type_int() }}) as fiscal_period,
        cast(floor((fiscal_period - 1) / 3) + 1 as {{ dbt.type_int() }}) as fiscal_quarter,
        holiday_name,
        holiday_name is not null as is_holiday
    from parts

)

select * from final
