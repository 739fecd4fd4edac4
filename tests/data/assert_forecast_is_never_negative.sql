-- No mean, variance or quantile below zero.
select * from {{ ref('fct_demand_forecast') }}
where
    mean_units < 0
    or variance_units < 0
    {%- for level in forecast_levels() %}
    or q{{ level }}_units < 0
    {%- endfor %}
