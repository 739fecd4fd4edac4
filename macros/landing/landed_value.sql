{% macro landed_value(column, data_type, part) %}
    {#- The value of a landed column in the type of its contract, null where it can't be read as one. Text is read
        with care; ids that an export turned into decimals are whole again. -#}
    {%- set name = part.names.get(column, column) -%}
    {%- set physical = part.columns.get(name, '') | upper -%}
    {%- set value = landed_name(name, part) -%}
    {%- if data_type == 'string' and physical in ['DOUBLE', 'FLOAT', 'REAL', 'FLOAT64'] -%}
        {{ return(whole_text(value)) }}
    {%- elif data_type == 'string' and is_text_type(physical) and is_id_column(column) -%}
        {{ return(clean_id(value)) }}
    {%- elif data_type in ['numeric', 'bigint', 'float'] and is_text_type(physical) -%}
        {{ return(try_number(value, contract_type(data_type), column in part.get('decimal_commas', []))) }}
    {%- elif data_type == 'timestamp' -%}
        {{ return(try_utc(value, part.columns.get(name))) }}
    {%- elif data_type == 'bigint' and physical.split('(')[0] in ['DOUBLE', 'FLOAT', 'REAL', 'FLOAT64', 'DECIMAL', 'NUMERIC', 'NUMBER'] -%}
        {{ return(whole_number(value, contract_type(data_type))) }}
    {%- elif data_type == 'float' and physical in ['DOUBLE', 'FLOAT', 'REAL', 'FLOAT64'] -%}
        {{ return(finite_number(value)) }}
    {%- else -%}
        {{ return(try_cast(value, contract_type(data_type))) }}
    {%- endif -%}
{% endmacro %}
