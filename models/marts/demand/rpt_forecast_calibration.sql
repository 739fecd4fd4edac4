-- Whether the quantiles keep what they promise: how much of what came lay at or below each, by class and window.
with

held_out as (

    select * from {{ ref('int_forecast_held_out') }}
    -- what is half an estimate proves nothing
    where weight_share >= 0.99 and q50_units is not null

),

levels as (
    {% for level in forecast_levels() %}
    select
        forecast_class,
        window_days,
        fitted_on,
        {{ level | int }} / 100.0 as nominal_share,
        count(*) as observation_count,
        avg(case when actual_units <= q{{ level }}_units then 1.0 else 0.0 end) as at_most_share,
        avg(case when actual_units < q{{ level }}_units then 1.0 else 0.0 end) as below_share
    from held_out
    group by forecast_class, window_days, fitted_on
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        {{ key_of(['forecast_class', 'window_days', 'nominal_share']) }} as calibration_id,
        fitted_on,
        forecast_class,
        cast(window_days as {{ dbt.type_int() }}) as window_days,
        {{ share('nominal_share') }} as nominal_share,
        {{ share('at_most_share') }} as realised_share,
        {{ share('below_share') }} as below_share,
        -- whole units leave a step at each: the promise is broken by what lies outside of it
        {{ share('case
            when nominal_share > at_most_share then at_most_share - nominal_share
            when nominal_share < below_share then below_share - nominal_share
            else 0
        end') }} as off_share,
        cast(observation_count as {{ dbt.type_bigint() }}) as observation_count
    from levels

)

select * from final
