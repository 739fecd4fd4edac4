{% macro remind_of_names(system, table, parts) %}
    {#- Tells whoever starts a build of a contract's column that wasn't delivered while an unknown one looks like it. -#}
    {%- set contract = source_contract(system, table) -%}
    {%- for part in parts -%}
        {%- set delivered = part.columns.keys() | map('lower') | map('trim') | list -%}
        {%- set mapped = part.names.values() | map('lower') | list -%}
        {%- for column in contract.columns if part.names.get(column, column) not in part.columns -%}
            {%- for other in delivered if other not in contract.columns and not other.startswith('x_') and other not in mapped
                and not part.names.get(column, '').startswith("'") and resembles(other, column) -%}
                {%- do log(
                    "Column '" ~ column ~ "' of " ~ system ~ "." ~ table ~ " wasn't delivered by '" ~ part.instance ~ "', but '" ~ other
                    ~ "' looks like it: if it is, map it in the var column_names: {" ~ system ~ "." ~ table ~ ": {" ~ column ~ ": "
                    ~ other ~ "}}.", info=true
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
