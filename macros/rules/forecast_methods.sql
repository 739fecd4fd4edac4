{% macro forecast_methods() %}
    {#- The methods that are held against what came, from the simplest on, as they stand in column names. -#}
    {{ return([
        'naive', 'seasonal_naive', 'weekday_mean', 'ses', 'tsb', 'sba', 'flat_level', 'level', 'trees', 'level_and_trees', 'chosen',
    ]) }}
{% endmacro %}
