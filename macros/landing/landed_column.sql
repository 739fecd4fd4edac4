{% macro landed_column(column, data_type, part) %}
    {#- One column of the contract out of one part: cast if it's there, a constant if the export is mapped to one,
        a typed null if it isn't there. -#}
    {%- set name = part.names.get(column, column) -%}
    {%- if name.startswith("'") -%}
        cast({{ name }} as {{ contract_type(data_type) }})
    {%- elif not is_landed(name, part) -%}
        cast(null as {{ contract_type(data_type) }})
    {%- else -%}
        {{ landed_value(column, data_type, part) }}
    {%- endif -%}
{% endmacro %}
