{% macro landed_unreadable(contract, part) %}
    {#- The columns whose text could not be read as their type, as a list in one text; null if all could. -#}
    {%- set suspects = [] -%}
    {%- for column, data_type in contract.columns.items() -%}
        {%- set name = part.names.get(column, column) -%}
        {%- if data_type != 'string' and name in part.columns and is_text_type(part.columns[name]) -%}
            {%- do suspects.append((column, data_type, landed_name(name, part))) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if suspects | length == 0 -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        nullif(
            {%- for column, data_type, name in suspects %}
            case
                when nullif(trim({{ name }}), '') is not null and {{ try_cast(name, contract_type(data_type)) }} is null
                    then '{{ column }} '
                else ''
            end {{ "||" if not loop.last }}
            {%- endfor %}
        , '')
    {%- endif -%}
{% endmacro %}
