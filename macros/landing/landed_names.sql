{% macro landed_names(columns, system, table) %}
    {#- The export's name of each contract column that it writes otherwise: mapped in the var `column_names`, or the
        same name in another case or with blanks around it. -#}
    {%- set names = dict(column_names_of(system, table)) -%}
    {%- for column in columns if column | lower | trim != column and column | lower | trim not in columns -%}
        {%- do names.setdefault(column | lower | trim, column) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
