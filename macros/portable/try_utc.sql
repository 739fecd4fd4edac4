{% macro try_utc(expression, landed_type) %}
    {#- A landed time as a timestamp in UTC, or null where it can't be read as one. A text may name its offset from UTC,
        which a plain cast drops; without one it is in UTC already. -#}
    {{ return(adapter.dispatch('try_utc')(expression, landed_type)) }}
{% endmacro %}

{% macro default__try_utc(expression, landed_type) %}
    {{ return(try_cast(expression, dbt.type_timestamp())) }}
{% endmacro %}

{% macro duckdb__try_utc(expression, landed_type) %}
    {%- if 'TIME ZONE' in (landed_type or '') | upper -%}
        {{ return("timezone('UTC', " ~ expression ~ ')') }}
    {%- elif is_text_type(landed_type or '') -%}
        {#- shops' exports part the offset from the time by a blank -#}
        {%- set text = "regexp_replace(" ~ expression ~ ", ' ([+-][0-9]{2}:?([0-9]{2})?)$', '\\1')" -%}
        {{ return("timezone('UTC', try_cast(" ~ text ~ ' as timestamptz))') }}
    {%- else -%}
        {{ return(try_cast(expression, dbt.type_timestamp())) }}
    {%- endif -%}
{% endmacro %}

{% macro snowflake__try_utc(expression, landed_type) %}
    {%- if 'TZ' in (landed_type or '') | upper -%}
        {{ return("cast(convert_timezone('UTC', " ~ expression ~ ') as timestamp_ntz)') }}
    {%- else -%}
        {{ return("cast(convert_timezone('UTC', try_to_timestamp_tz(cast(" ~ expression ~ ' as varchar))) as timestamp_ntz)') }}
    {%- endif -%}
{% endmacro %}
