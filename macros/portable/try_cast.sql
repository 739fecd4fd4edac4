{% macro try_cast(expression, data_type) %}
    {#- The value in the type, or null where it can't be read as one. -#}
    {{ return(adapter.dispatch('try_cast')(expression, data_type)) }}
{% endmacro %}

{% macro default__try_cast(expression, data_type) %}{{ return('try_cast(' ~ expression ~ ' as ' ~ data_type ~ ')') }}{% endmacro %}

{% macro snowflake__try_cast(expression, data_type) %}
    {{ return('try_cast(cast(' ~ expression ~ ' as varchar) as ' ~ data_type ~ ')') }}
{% endmacro %}

{% macro bigquery__try_cast(expression, data_type) %}{{ return('safe_cast(' ~ expression ~ ' as ' ~ data_type ~ ')') }}{% endmacro %}
