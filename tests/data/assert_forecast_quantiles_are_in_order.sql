-- No quantile above the next one.
select * from {{ ref('fct_demand_forecast') }}
where
{%- for level in forecast_levels()[:-1] %}
    q{{ level }}_units > q{{ forecast_levels()[loop.index] }}_units
    {{ "or" if not loop.last }}
{%- endfor %}
