{% macro times(left, right) %}
    {#- The product of two exact numbers as money or units. DuckDB keeps 18 digits for the product of two numbers of 18 and
        stops the build where they don't suffice, as they don't for a slip of the keyboard; such a product gets more
        digits, which are slow, so that all others don't. -#}
    {{ return(adapter.dispatch('times')(left, right)) }}
{% endmacro %}

{% macro default__times(left, right) %}{{ return('cast((' ~ left ~ ') * (' ~ right ~ ') as ' ~ type_money() ~ ')') }}{% endmacro %}

{% macro duckdb__times(left, right) %}
    {{ return(
        'case when abs(' ~ left ~ ') < 1000000 and abs(' ~ right ~ ') < 100 then cast((' ~ left ~ ') * (' ~ right ~ ') as '
        ~ type_money() ~ ') else cast(cast(' ~ left ~ ' as decimal(32, 4)) * (' ~ right ~ ') as ' ~ type_money() ~ ') end'
    ) }}
{% endmacro %}
