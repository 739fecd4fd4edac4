{% macro regex_replace(expression, pattern, replacement) %}
    {#- Every match of a pattern (POSIX classes, no look-around) replaced; `{1}` in the replacement stands for the
        first group. -#}
    {{ return(adapter.dispatch('regex_replace')(expression, pattern, replacement)) }}
{% endmacro %}

{% macro default__regex_replace(expression, pattern, replacement) %}
    {{ return('regexp_replace(' ~ expression ~ ", '" ~ pattern ~ "', '" ~ replacement | replace('{1}', '$1') | replace('{2}', '$2') ~ "')") }}
{% endmacro %}

{% macro duckdb__regex_replace(expression, pattern, replacement) %}
    {{ return('regexp_replace(' ~ expression ~ ", '" ~ pattern ~ "', '" ~ replacement | replace('{1}', '\\1') | replace('{2}', '\\2') ~ "', 'g')") }}
{% endmacro %}

{% macro snowflake__regex_replace(expression, pattern, replacement) %}
    {{ return('regexp_replace(' ~ expression ~ ", '" ~ pattern ~ "', '" ~ replacement | replace('{1}', '\\\\1') | replace('{2}', '\\\\2') ~ "')") }}
{% endmacro %}

{% macro bigquery__regex_replace(expression, pattern, replacement) %}
    {{ return('regexp_replace(' ~ expression ~ ", r'" ~ pattern ~ "', r'" ~ replacement | replace('{1}', '\\1') | replace('{2}', '\\2') ~ "')") }}
{% endmacro %}
