-- Which products suffer most when the market moves: how unevenly they sell, how well that can be foreseen, and what moves them.
{%- set movers = ['season', 'holiday', 'price', 'promotion', 'marketing', 'weather', 'trend'] %}
with

classes as (

    select * from {{ ref('int_sku_classes_measured') }}

),

skus as (

    select
        sku_id,
        category,
        coalesce(unit_price_amount - unit_cost_amount, unit_price_amount, 0) as unit_margin_amount
    from {{ ref('dim_sku') }}

),

held_out as (

    select
        sku_id,
        sum(abs(mean_units - actual_units)) as absolute_error,
        sum(actual_units) as actual_units
    from {{ ref('int_forecast_held_out') }}
    where window_days = 7 and weight_share >= 0.99
    group by sku_id

),

runs as (

    select
        series.sku_id,
        {%- for mover in movers %}
        sum(abs(runs.{{ mover }}_units)) as {{ mover }}_units,
        {%- endfor %}
        sum(runs.mean_units) as mean_units
    from {{ ref('int_forecast_run') }} as runs
    inner join {{ ref('int_demand_series') }} as series on runs.series_id = series.series_id
    where runs.row_kind = 'period'
    group by series.sku_id

),

joined as (

    select
        classes.*,
        skus.category,
        classes.weekly_sd_units * skus.unit_margin_amount as weekly_margin_sd_amount,
        {%- for mover in movers %}
        runs.{{ mover }}_units / nullif(runs.mean_units, 0) as {{ mover }}_sensitivity_share,
        {%- endfor %}
        case
            when held_out.actual_units > 0 and held_out.absolute_error < held_out.actual_units
                then 1 - held_out.absolute_error / held_out.actual_units
            when held_out.actual_units is not null then 0
        end as forecastability_share
    from classes
    inner join skus on classes.sku_id = skus.sku_id
    left join held_out on classes.sku_id = held_out.sku_id
    left join runs on classes.sku_id = runs.sku_id

),

final as (

    select
        sku_id,
        category,
        abc_class,
        xyz_class,
        demand_pattern,
        demand_interval_days,
        squared_variation,
        weekly_mean_units,
        weekly_sd_units,
        weekly_variation,
        year_units,
        year_margin_amount,
        {{ money('weekly_margin_sd_amount') }} as weekly_margin_sd_amount,
        cast(row_number() over (order by weekly_margin_sd_amount desc, sku_id asc) as {{ dbt.type_bigint() }}) as volatility_rank,
        {%- for mover in movers %}
        {{ share(mover ~ '_sensitivity_share') }} as {{ mover }}_sensitivity_share,
        {%- endfor %}
        {{ share('forecastability_share') }} as forecastability_share
    from joined

)

select * from final
