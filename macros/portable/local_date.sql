{% macro local_date(timestamp_utc, time_zone) %}
    {#- The calendar day in a time zone of a UTC timestamp. -#}
    {{ return(adapter.dispatch('local_date')(timestamp_utc, time_zone)) }}
{% endmacro %}

{% macro default__local_date(timestamp_utc, time_zone) %}
    {{ return('cast(from_utc_timestamp(' ~ timestamp_utc ~ ', ' ~ time_zone ~ ') as date)') }}
{% endmacro %}

{% macro duckdb__local_date(timestamp_utc, time_zone) %}
    {{ return("cast(timezone(" ~ time_zone ~ ", timezone('UTC', " ~ timestamp_utc ~ ")) as date)") }}
{% endmacro %}

{% macro snowflake__local_date(timestamp_utc, time_zone) %}
    {{ return("cast(convert_timezone('UTC', " ~ time_zone ~ ', ' ~ timestamp_utc ~ ') as date)') }}
{% endmacro %}

{% macro bigquery__local_date(timestamp_utc, time_zone) %}
    {{ return('date(timestamp(' ~ timestamp_utc ~ '), ' ~ time_zone ~ ')') }}
{% endmacro %}
