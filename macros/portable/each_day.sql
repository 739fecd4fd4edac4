{% macro each_day(first_on, last_on) %}
    {#- Stands in a FROM after a relation: joins `days.date_on`, each day from one date of the relation to another, both
        included; a row whose dates are null or the wrong way round has none. -#}
    {{ return(adapter.dispatch('each_day')(first_on, last_on)) }}
{% endmacro %}

{#- The calendar does it everywhere, but a join on a range costs the product of both sides. -#}
{% macro default__each_day(first_on, last_on) %}
    {{ return('inner join ' ~ ref('int_calendar_days') ~ ' as days on ' ~ first_on ~ ' <= days.date_on and ' ~ last_on ~ ' >= days.date_on') }}
{% endmacro %}

{% macro duckdb__each_day(first_on, last_on) %}
    {{ return(
        'cross join lateral (select cast(unnest(generate_series(' ~ first_on ~ ', ' ~ last_on ~ ", interval '1 day')) as date) as date_on) as days"
    ) }}
{% endmacro %}

{% macro bigquery__each_day(first_on, last_on) %}
    {{ return(
        'cross join unnest(array(select as struct date_on from unnest(generate_date_array(' ~ first_on ~ ', ' ~ last_on ~ ')) as date_on)) as days'
    ) }}
{% endmacro %}

{% macro spark__each_day(first_on, last_on) %}
    {{ return(
        'lateral view explode(case when ' ~ first_on ~ ' <= ' ~ last_on
        ~ ' then sequence(' ~ first_on ~ ', ' ~ last_on ~ ", interval 1 day) end) days as date_on"
    ) }}
{% endmacro %}
