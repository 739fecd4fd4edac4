{% macro landed_unreadable(contract, part) %}
    {#- The columns whose value could not be read as their type, as a list in one text; null if all could. -#}
    {%- set suspects = [] -%}
    {%- for column, data_type in contract.columns.items() -%}
        {%- set name = part.names.get(column, column) -%}
        {%- set physical = part.columns.get(name, '') -%}
        {%- if data_type != 'string' and name in part.columns and physical | lower not in [data_type, contract_type(data_type) | lower] -%}
            {%- set value = landed_name(name, part) -%}
            {%- set present -%}
                {%- if is_text_type(physical) -%}
                    nullif(trim({{ value }}), '') is not null
                {%- elif physical | lower in ['double', 'float', 'real', 'float64'] -%}
                    {# not a number is a missing one -#}
                    {{ value }} is not null and cast({{ value }} as {{ dbt.type_string() }}) not in ('nan', 'NaN')
                {%- else -%}
                    {{ value }} is not null
                {%- endif -%}
            {%- endset -%}
            {%- do suspects.append((column, present, landed_value(column, data_type, part))) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if suspects | length == 0 and not part.get('has_broken_lines') -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        nullif(
            {%- if part.get('has_broken_lines') %}
            case when landed_rows.is_broken_line then 'whole_line ' else '' end {{ "||" if suspects | length > 0 }}
            {%- endif %}
            {%- for column, present, value in suspects %}
            case when {{ present }} and {{ value }} is null then '{{ column }} ' else '' end {{ "||" if not loop.last }}
            {%- endfor %}
        , '')
    {%- endif -%}
{% endmacro %}
