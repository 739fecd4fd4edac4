{% macro is_landed(name, part) %}
    {#- Whether the part has the column. Without introspection every declared column is taken to be there. -#}
    {{ return(part.columns | length == 0 or name in part.columns) }}
{% endmacro %}
