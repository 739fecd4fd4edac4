{% macro latest_of(timestamps) %}
    {#- The latest of several times, whichever are known; null where none is. -#}
    {%- set before_all = "cast('1900-01-01' as " ~ dbt.type_timestamp() ~ ")" -%}
    nullif(greatest(
        {%- for timestamp in timestamps -%}
            coalesce({{ timestamp }}, {{ before_all }}){{ ", " if not loop.last }}
        {%- endfor -%}
    ), {{ before_all }})
{%- endmacro %}
