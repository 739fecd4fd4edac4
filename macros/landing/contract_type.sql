{% macro contract_type(data_type) %}
    {#- The engine's type for a type of a source contract. -#}
    {%- set types = {
        'string': dbt.type_string(),
        'bigint': dbt.type_bigint(),
        'numeric': type_money(),
        'float': dbt.type_float(),
        'timestamp': dbt.type_timestamp(),
        'date': 'date',
        'boolean': dbt.type_boolean(),
    } -%}
    {{ return(types[data_type]) }}
{% endmacro %}
