{% macro forecast_levels() %}
    {#- The quantiles of a forecast, in per cent, as they stand in column names. -#}
    {{ return(['05', '10', '20', '30', '40', '50', '60', '70', '80', '90', '95']) }}
{% endmacro %}
