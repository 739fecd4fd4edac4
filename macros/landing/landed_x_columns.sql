{% macro landed_x_columns(part) %}
    {#- The retailer's own columns (`x_…`) as one JSON text, so that they pass through every floor; those whose name
        says that they are personal (var `x_columns_personal`) stay in the source, and e-mail addresses and phone
        numbers in the others are masked. -#}
    {%- set own = [] -%}
    {%- for name in part.columns if modules.re.match('^x_[a-z0-9_]+$', name) and not is_personal_name(name) -%}
        {%- do own.append(name) -%}
    {%- endfor -%}
    {%- if own | length == 0 -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        {{ mask_personal(json_text(own, 'landed_rows')) }}
    {%- endif -%}
{% endmacro %}
