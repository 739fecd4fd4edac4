{% macro valid_to_on(valid_before_on='valid_before_on') %}
    {#- Last day of a version, from the day that it no longer holds; null while it holds. -#}
    cast({{ dbt.dateadd('day', -1, valid_before_on) }} as date)
{%- endmacro %}
