{% macro type_share() %}{{ return(adapter.dispatch('type_share')()) }}{% endmacro %}

{% macro default__type_share() %}{{ return('decimal(18, 6)') }}{% endmacro %}

{% macro bigquery__type_share() %}{{ return('numeric') }}{% endmacro %}
