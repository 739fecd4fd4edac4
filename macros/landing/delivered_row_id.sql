{% macro delivered_row_id(alias, contract) %}
    {#- The key of a delivered row: instance, natural key, rank; what the source has deleted takes the place of what counted.
        Personal parts of the key are hashed. -#}
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
        || '|' || cast(
            {%- if contract.takes_back %} case when {{ alias }}.delivery_rank = 0 then 1 else {{ alias }}.delivery_rank end
            {%- else %} {{ alias }}.delivery_rank
            {%- endif %} as {{ dbt.type_string() }})
{%- endmacro %}
