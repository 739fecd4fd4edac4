{% macro try_time(expression, data_type) %}
    {#- The time or day that a text writes, in UTC, or null where it can't be read as one. -#}
    {{ return(adapter.dispatch('try_time')(expression, data_type)) }}
{% endmacro %}

{% macro default__try_time(expression, data_type) %}{{ return(try_cast(expression, data_type)) }}{% endmacro %}

{% macro duckdb__try_time(expression, data_type) %}
    {#- A cast to timestamp leaves out the offset behind the time, which would shift the day. -#}
    {%- set zoned = "regexp_replace(trim(" ~ expression ~ "), ' ?([+-][0-9]{2}):?([0-9]{2})?$', '\\1\\2')" -%}
    {{ return("case when regexp_matches(" ~ expression ~ ", ':[0-9.]+ ?[+-][0-9]{2}(:?[0-9]{2})?\\s*$') then cast(timezone('UTC', try_cast("
        ~ zoned ~ " as timestamptz)) as " ~ data_type ~ ") else " ~ try_cast(expression, data_type) ~ " end") }}
{% endmacro %}
