-- What each step of the forecast adds on days that it hadn't seen: from last value again to what ships, by class and for all.
with

accuracy as (

    select * from {{ ref('rpt_forecast_accuracy') }}

),

steps as (
    {% for method in forecast_methods() + ['shipped'] %}
    select
        {{ loop.index }} as step_number,
        '{{ method }}' as method
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

of_classes as (

    select
        fitted_on,
        forecast_class,
        method,
        actual_units,
        wape * actual_units as absolute_error,
        forecast_units,
        rmsse * series_count as rmsse_sum,
        case when rmsse is null then 0 else series_count end as series_count
    from accuracy
    union all
    select
        fitted_on,
        'all' as forecast_class,
        method,
        actual_units,
        wape * actual_units as absolute_error,
        forecast_units,
        rmsse * series_count as rmsse_sum,
        case when rmsse is null then 0 else series_count end as series_count
    from accuracy

),

summed as (

    select
        of_classes.fitted_on,
        of_classes.forecast_class,
        steps.step_number,
        of_classes.method,
        sum(of_classes.absolute_error) / nullif(sum(of_classes.actual_units), 0) as wape,
        sum(of_classes.forecast_units - of_classes.actual_units) / nullif(sum(of_classes.actual_units), 0) as bias_share,
        sum(of_classes.rmsse_sum) / nullif(sum(of_classes.series_count), 0) as rmsse,
        sum(of_classes.actual_units) as actual_units
    from of_classes
    inner join steps on of_classes.method = steps.method
    group by of_classes.fitted_on, of_classes.forecast_class, steps.step_number, of_classes.method

),

compared as (

    select
        *,
        lag(rmsse) over (partition by forecast_class order by step_number) as former_rmsse,
        lag(wape) over (partition by forecast_class order by step_number) as former_wape
    from summed

),

final as (

    select
        {{ key_of(['forecast_class', 'method']) }} as value_added_id,
        fitted_on,
        forecast_class,
        cast(step_number as {{ dbt.type_int() }}) as step_number,
        method,
        {{ money('actual_units') }} as actual_units,
        {{ share('wape') }} as wape,
        {{ share('bias_share') }} as bias_share,
        {{ share('rmsse') }} as rmsse,
        {{ share('former_wape - wape') }} as wape_gain,
        {{ share('former_rmsse - rmsse') }} as rmsse_gain
    from compared

)

select * from final
