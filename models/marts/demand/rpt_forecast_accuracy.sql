-- How good the forecast was on days that it hadn't seen, beside what a planner would have done, by class, channel, origin
-- and how far ahead.
with

held_out as (

    select * from {{ ref('int_forecast_held_out') }}
    where is_period and weight_share > 0

),

bucketed as (

    select
        *,
        case
            when ahead_days <= 7 then '01-07'
            when ahead_days <= 14 then '08-14'
            when ahead_days <= 28 then '15-28'
            when ahead_days <= 56 then '29-56'
            else '57+'
        end as horizon,
        -- what all quantiles cost: the mean pinball loss
        (
            {%- for level in forecast_levels() %}
            {{ '+ ' if not loop.first }}case
                when actual_units >= q{{ level }}_units then {{ level | int }} * (actual_units - q{{ level }}_units)
                else (100 - {{ level | int }}) * (q{{ level }}_units - actual_units)
            end
            {%- endfor %}
        ) / {{ 100.0 * (forecast_levels() | length) }} as pinball_units
    from held_out

),

methods as (
    {% for method in ['shipped'] + forecast_methods() %}
    {%- set mean = 'mean_units' if method == 'shipped' else method ~ '_units' %}
    select
        fitted_on,
        origin_on,
        forecast_class,
        channel_id,
        horizon,
        '{{ method }}' as method,
        series_id,
        weight_share,
        actual_units,
        {{ mean }} as forecast_units,
        squared_change,
        {% if method == 'shipped' -%}
        {%- for level in forecast_levels() %}
        case when actual_units <= q{{ level }}_units then 1.0 else 0.0 end as is_within_q{{ level }},
        {%- endfor %}
        pinball_units
        {%- else -%}
        {%- for level in forecast_levels() %}
        cast(null as {{ dbt.type_float() }}) as is_within_q{{ level }},
        {%- endfor %}
        cast(null as {{ dbt.type_float() }}) as pinball_units
        {%- endif %}
    from bucketed
    where {{ mean }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

of_series as (

    select
        fitted_on,
        origin_on,
        forecast_class,
        channel_id,
        horizon,
        method,
        series_id,
        count(*) as observation_count,
        sum(weight_share) as weight_sum,
        sum(weight_share * actual_units) as actual_units,
        sum(weight_share * forecast_units) as forecast_units,
        sum(weight_share * abs(forecast_units - actual_units)) as absolute_error,
        sqrt(
            sum(weight_share * (forecast_units - actual_units) * (forecast_units - actual_units))
            / sum(weight_share) / max(squared_change)
        ) as rmsse,
        {%- for level in forecast_levels() %}
        sum(weight_share * is_within_q{{ level }}) as within_q{{ level }},
        {%- endfor %}
        sum(weight_share * pinball_units) as pinball_units
    from methods
    group by fitted_on, origin_on, forecast_class, channel_id, horizon, method, series_id

),

final as (

    select
        {{ key_of(['origin_on', 'forecast_class', 'channel_id', 'horizon', 'method']) }} as accuracy_id,
        fitted_on,
        origin_on,
        forecast_class,
        channel_id,
        horizon,
        method,
        cast(count(*) as {{ dbt.type_bigint() }}) as series_count,
        cast(sum(observation_count) as {{ dbt.type_bigint() }}) as observation_count,
        {{ money('sum(actual_units)') }} as actual_units,
        {{ money('sum(forecast_units)') }} as forecast_units,
        {{ share('sum(absolute_error) / nullif(sum(actual_units), 0)') }} as wape,
        {{ share('sum(forecast_units - actual_units) / nullif(sum(actual_units), 0)') }} as bias_share,
        {{ share('avg(rmsse)') }} as rmsse,
        {%- for level in forecast_levels() %}
        {{ share('sum(within_q' ~ level ~ ') / sum(weight_sum)') }} as q{{ level }}_coverage_share,
        {%- endfor %}
        {{ share('sum(pinball_units) / sum(weight_sum)') }} as pinball_units
    from of_series
    group by fitted_on, origin_on, forecast_class, channel_id, horizon, method

)

select * from final
