{% macro key_of(columns) %}
    {#- A key out of several columns, parted by bars; nulls count as empty. Readable, so that a row can be found. -#}
    {%- for column in columns -%}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), ''){{ " || '|' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
