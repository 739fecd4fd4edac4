with

runs as (

    select * from {{ ref('int_forecast_run') }}

),

final as (

    select
        row_id as class_id,
        origin_on,
        class as forecast_class,
        category,
        channel_id,
        demand_pattern,
        method,
        is_chosen,
        cast(horizon_days as {{ dbt.type_int() }}) as horizon_days,
        cast(n_series as {{ dbt.type_bigint() }}) as series_count,
        {{ share('wape') }} as wape,
        {{ share('bias_share') }} as bias_share,
        {{ share('rmsse') }} as rmsse,
        {{ share('pinball') }} as pinball_units,
        {{ share('coverage') }} as coverage_share,
        {{ share('coverage_uncorrected') }} as uncorrected_coverage_share,
        {{ share('variance_inflation') }} as variance_inflation
    from runs
    where forecast_on is null

)

select * from final
