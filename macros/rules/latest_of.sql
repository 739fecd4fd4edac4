{% macro latest_of(stamps) %}
    {#- When the newest of several rows landed that make up one; null, which counts as just now, if one of them has no
        stamp. A row that may not be there is a pair: its stamp, and what is null where there is no such row. -#}
    {%- set before_all = "cast('1900-01-01' as " ~ dbt.type_timestamp() ~ ")" -%}
    nullif(greatest(
        {%- for stamp in stamps -%}
            {%- if stamp is string -%}
                coalesce({{ stamp }}, {{ after_all() }})
            {%- else -%}
                case when {{ stamp[1] }} is null then {{ before_all }} else coalesce({{ stamp[0] }}, {{ after_all() }}) end
            {%- endif -%}
            {{ ", " if not loop.last }}
        {%- endfor -%}
    ), {{ after_all() }})
{%- endmacro %}
