{% macro csv_line(columns) %}
    {#- A line of a CSV file, ready to paste: values with a comma, a quote or blanks at the ends are quoted, nulls are
        empty. -#}
    {%- for column in columns -%}
        {%- set text = 'coalesce(cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ "), '')" -%}
        case
            when {{ text }} like '%,%' or {{ text }} like '%"%' or {{ text }} != trim({{ text }})
                then '"' || replace({{ text }}, '"', '""') || '"'
            else {{ text }}
        end{{ " || ',' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
