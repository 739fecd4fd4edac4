{% macro money(expression) %}
    {#- Money or units as an exact number with four decimals. -#}
    cast({{ expression }} as {{ type_money() }})
{%- endmacro %}
