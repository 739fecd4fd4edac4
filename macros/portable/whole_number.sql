{% macro whole_number(expression, data_type) %}
    {#- The value as a whole number, or null where it isn't one: casts round, and a rounded unit is a lost one. -#}
    {{ return('case when ' ~ try_cast(expression, type_money()) ~ ' = ' ~ try_cast(expression, data_type) ~ ' then '
        ~ try_cast(expression, data_type) ~ ' end') }}
{% endmacro %}
