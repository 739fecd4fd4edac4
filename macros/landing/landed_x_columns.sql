{% macro landed_x_columns(part) %}
    {#- The retailer's own columns (`x_…`) as one JSON text, so that they pass through every floor. -#}
    {%- set own = [] -%}
    {%- for name in part.columns if modules.re.match('^x_[a-z0-9_]+$', name) -%}{%- do own.append(name) -%}{%- endfor -%}
    {%- if own | length == 0 -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        {{ json_text(own, 'landed_rows') }}
    {%- endif -%}
{% endmacro %}
