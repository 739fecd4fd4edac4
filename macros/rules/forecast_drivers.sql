{% macro forecast_drivers() %}
    {#- What a forecast's mean is made of, in the order in which it is told. -#}
    {{ return(['base', 'season', 'holiday', 'price', 'promotion', 'marketing', 'weather', 'trend', 'other']) }}
{% endmacro %}
