{% macro column_names_of(system, table) %}
    {#- How an export names the contract's columns: `column_names: {orders.order_line: {sku: StockCode}}`. A value
        in single quotes is a constant. -#}
    {{ return(var('column_names').get(system ~ '.' ~ table, {})) }}
{% endmacro %}
