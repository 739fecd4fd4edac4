-- One rate per currency and day: the last one quoted on or before the day. The reporting currency is worth one.
with

quotes as (

    select * from {{ ref('stg_fx__daily_rate') }}
    where
        delivery_rank = 1
        and exchange_rate > 0
        and base_currency_code != quote_currency_code

),

days as (

    select date_on from {{ ref('int_calendar_days') }}

),

to_reporting as (

    select
        base_currency_code as currency_code,
        quoted_on,
        exchange_rate
    from quotes
    where quote_currency_code = '{{ var("reporting_currency") }}'
    union all
    select
        quote_currency_code as currency_code,
        quoted_on,
        1 / exchange_rate as exchange_rate
    from quotes
    where base_currency_code = '{{ var("reporting_currency") }}'

),

spans as (

    select
        currency_code,
        quoted_on,
        max(exchange_rate) as exchange_rate,
        lead(quoted_on) over (partition by currency_code order by quoted_on) as next_quoted_on
    from to_reporting
    group by currency_code, quoted_on

),

filled as (

    select
        spans.currency_code,
        days.date_on as valid_on,
        spans.quoted_on,
        {{ share('spans.exchange_rate') }} as exchange_rate
    from spans
    inner join days
        on
            spans.quoted_on <= days.date_on
            and (spans.next_quoted_on > days.date_on or spans.next_quoted_on is null)
            -- a rate older than the limit is no rate
            and {{ dbt.dateadd('day', var('exchange_rate_max_age_days'), 'spans.quoted_on') }} > days.date_on

),

final as (

    select
        currency_code || '|' || cast(valid_on as {{ dbt.type_string() }}) as exchange_rate_id,
        currency_code,
        valid_on,
        quoted_on,
        exchange_rate
    from filled
    union all
    select
        '{{ var("reporting_currency") }}' || '|' || cast(date_on as {{ dbt.type_string() }}) as exchange_rate_id,
        '{{ var("reporting_currency") }}' as currency_code,
        date_on as valid_on,
        date_on as quoted_on,
        {{ share('1') }} as exchange_rate
    from days

)

select * from final
