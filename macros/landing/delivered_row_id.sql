{% macro delivered_row_id(alias, contract) %}
    {#- The key of a delivered row: instance, natural key, rank. Personal parts of the key are hashed. -#}
    {{ alias }}.source_instance
    {%- for column in contract.row_key %}
        || '|' || coalesce(
            {%- if column in contract.personal -%}
                {{ hash_personal(alias ~ '.' ~ column) }}
            {%- else -%}
                cast({{ alias }}.{{ column }} as {{ dbt.type_string() }})
            {%- endif -%}
        , '')
    {%- endfor %}
        || '|' || cast({{ alias }}.delivery_rank as {{ dbt.type_string() }})
{%- endmacro %}
