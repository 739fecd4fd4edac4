{% macro landed_name(name, part) %}
    {#- The column's name, quoted where the export's case or spaces need it. -#}
    {{ return('landed_rows.' ~ (adapter.quote(name) if name in part.columns and name != name | lower else name)) }}
{% endmacro %}
