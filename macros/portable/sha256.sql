{% macro sha256(expression) %}
    {#- The SHA-256 of a text, as 64 lower-case hexadecimal digits. -#}
    {{ return(adapter.dispatch('sha256')(expression)) }}
{% endmacro %}

{% macro default__sha256(expression) %}{{ return('sha2(' ~ expression ~ ', 256)') }}{% endmacro %}

{% macro duckdb__sha256(expression) %}{{ return('sha256(' ~ expression ~ ')') }}{% endmacro %}

{% macro bigquery__sha256(expression) %}{{ return('to_hex(sha256(' ~ expression ~ '))') }}{% endmacro %}
