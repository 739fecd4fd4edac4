{% macro local_hour(timestamp_utc, time_zone) %}
    {#- The hour of the day, 0 to 23, in a time zone of a UTC timestamp. -#}
    {{ return(adapter.dispatch('local_hour')(timestamp_utc, time_zone)) }}
{% endmacro %}

{% macro default__local_hour(timestamp_utc, time_zone) %}
    {{ return('hour(from_utc_timestamp(' ~ timestamp_utc ~ ', ' ~ time_zone ~ '))') }}
{% endmacro %}

{% macro duckdb__local_hour(timestamp_utc, time_zone) %}
    {{ return("cast(extract(hour from timezone(" ~ time_zone ~ ", timezone('UTC', " ~ timestamp_utc ~ "))) as integer)") }}
{% endmacro %}

{% macro snowflake__local_hour(timestamp_utc, time_zone) %}
    {{ return("hour(convert_timezone('UTC', " ~ time_zone ~ ', ' ~ timestamp_utc ~ '))') }}
{% endmacro %}

{% macro bigquery__local_hour(timestamp_utc, time_zone) %}
    {{ return('extract(hour from timestamp(' ~ timestamp_utc ~ ') at time zone ' ~ time_zone ~ ')') }}
{% endmacro %}
