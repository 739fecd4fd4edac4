{% macro finite_number(expression) %}
    {#- A floating-point number, or null where it is infinite or not a number. -#}
    {{ return(adapter.dispatch('finite_number')(expression)) }}
{% endmacro %}

{% macro default__finite_number(expression) %}
    {{ return('case when abs(' ~ expression ~ ') <= 1e300 then ' ~ expression ~ ' end') }}
{% endmacro %}

{% macro duckdb__finite_number(expression) %}{{ return('case when isfinite(' ~ expression ~ ') then ' ~ expression ~ ' end') }}{% endmacro %}
