{% macro share(expression) %}
    {#- A rate, share or estimate as an exact number with six decimals. -#}
    cast({{ expression }} as {{ type_share() }})
{%- endmacro %}
