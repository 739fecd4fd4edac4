{% macro type_money() %}{{ return(adapter.dispatch('type_money')()) }}{% endmacro %}

{% macro default__type_money() %}{{ return('decimal(18, 4)') }}{% endmacro %}

{% macro bigquery__type_money() %}{{ return('numeric') }}{% endmacro %}
