{% macro landed_name(name, part) %}
    {#- The column's name, quoted where the export's case or spaces need it. -#}
    {%- set is_plain = modules.re.match('^[a-z_][a-z0-9_]*$', name) -%}
    {{ return('landed_rows.' ~ (name if is_plain or name not in part.columns else adapter.quote(name | replace('"', '""')))) }}
{% endmacro %}
