{% macro times(left, right) %}
    {#- The product of two exact numbers. DuckDB keeps 18 digits for the product of two numbers of 18 and stops the build
        where they don't suffice, as they don't for a slip of the keyboard; so it gets the digits first. -#}
    {{ return(adapter.dispatch('times')(left, right)) }}
{% endmacro %}

{% macro default__times(left, right) %}{{ return('(' ~ left ~ ') * (' ~ right ~ ')') }}{% endmacro %}

{% macro duckdb__times(left, right) %}{{ return('cast(' ~ left ~ ' as decimal(32, 4)) * (' ~ right ~ ')') }}{% endmacro %}
