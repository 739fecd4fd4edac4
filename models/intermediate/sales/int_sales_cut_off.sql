-- One row: the last day that has business. Stray rows of the future don't count as a day: it must hold at least a
-- share of an average day's lines, and it must not stand alone, long after the day before. The var `as_of_date`
-- overrules.
with

daily_lines as (

    select
        business_on,
        count(*) as line_count
    from {{ ref('int_sales_unioned') }}
    where
        rejection_reason is null
        and business_on >= cast('{{ var("earliest_date") }}' as date)
    group by business_on

),

weighed_days as (

    select
        business_on,
        line_count,
        avg(line_count) over () as average_line_count
    from daily_lines

),

followed_days as (

    select
        business_on,
        lag(business_on) over (order by business_on) as business_before_on
    from weighed_days
    where line_count >= {{ var('cut_off_min_day_share') }} * average_line_count

),

busy_days as (

    select
        max(
            case
                when
                    business_before_on is null
                    or {{ dbt.datediff('business_before_on', 'business_on', 'day') }} <= {{ var('cut_off_max_gap_days') }}
                    then business_on
            end
        ) as last_business_on,
        min(business_on) as first_business_on
    from followed_days

),

final as (

    select
        1 as cut_off_id,
        {% if var('as_of_date') -%}
            cast('{{ var("as_of_date") }}' as date)
        {%- else -%}
        last_business_on
        {%- endif %} as cut_off_on,
        -- what systems keep of the present only is of this day, also where decisions are made for an earlier one
        {% if var('as_of_date') -%}
            case
                when last_business_on > cast('{{ var("as_of_date") }}' as date) then last_business_on
                else cast('{{ var("as_of_date") }}' as date)
            end
        {%- else -%}
        last_business_on
        {%- endif %} as data_until_on,
        first_business_on
    from busy_days

)

select * from final
