{% macro try_number(expression, data_type, has_decimal_commas=false) %}
    {#- The number that a text writes, or null where it can't be read as one without a doubt: `1,234.50` and `12,50`
        are numbers, `1,234` is a doubt, and so is `1.234` in a column that elsewhere parts decimals by a comma. -#}
    {{ return(adapter.dispatch('try_number')(expression, data_type, has_decimal_commas)) }}
{% endmacro %}

{% macro default__try_number(expression, data_type, has_decimal_commas=false) %}
    {{ return(whole_number(expression, data_type) if data_type == dbt.type_bigint() else try_cast(expression, data_type)) }}
{% endmacro %}

{% macro duckdb__try_number(expression, data_type, has_decimal_commas=false) %}
    {%- set plain -%}
        case
            when contains({{ expression }}, ',') then
                case
                    when regexp_full_match(trim({{ expression }}), '[+-]?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})')
                        then replace({{ expression }}, ',', '')
                    when regexp_full_match(trim({{ expression }}), '[+-]?([0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[0-9]+,([0-9]{1,2}|[0-9]{4,})|0,[0-9]+)')
                        then replace(replace({{ expression }}, '.', ''), ',', '.')
                end
            when {{ expression }} like '%.%.%' then
                case
                    when regexp_full_match(trim({{ expression }}), '[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}') then replace({{ expression }}, '.', '')
                end
            {%- if has_decimal_commas %}
            when regexp_full_match(trim({{ expression }}), '[+-]?[1-9][0-9]{0,2}\.[0-9]{3}') then null
            {%- endif %}
            else {{ expression }}
        end
    {%- endset -%}
    {%- if data_type == dbt.type_bigint() -%}
        {{ return(whole_number('(' ~ plain ~ ')', data_type)) }}
    {%- elif data_type == dbt.type_float() -%}
        {{ return(finite_number(try_cast(plain, data_type))) }}
    {%- else -%}
        {{ return(try_cast(plain, data_type)) }}
    {%- endif -%}
{% endmacro %}
