{% macro csv_decimal_commas(part, contract) %}
    {#- The numeric columns of a CSV part in which a comma parts the decimals somewhere: there, `1.234` may be a
        thousand or a little more than one. -#}
    {%- set suspects = [] -%}
    {%- for column, data_type in contract.columns.items() if data_type in ['numeric', 'bigint', 'float'] -%}
        {%- set name = part.names.get(column, column) -%}
        {%- if name in part.columns -%}{%- do suspects.append((column, landed_name(name, part))) -%}{%- endif -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- if suspects | length > 0 -%}
        {%- set sql -%}
            select
                {%- for column, name in suspects %}
                max(case when contains({{ name }}, ',') and regexp_matches({{ name }}, '[0-9],[0-9]{1,2}\s*$') then 1 else 0 end)
                    as suspect_{{ loop.index }}{{ "," if not loop.last }}
                {%- endfor %}
            from {{ part.relation }} as landed_rows
        {%- endset -%}
        {%- set row = run_query(sql)[0] -%}
        {%- for column, name in suspects -%}{%- if row[loop.index0] == 1 -%}{%- do found.append(column) -%}{%- endif -%}{%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
