{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='vintage_on',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

with

forecast as (

    select * from {{ ref('int_demand_forecast') }}

),

days as (

    select
        date_on,
        month_starts_on
    from {{ ref('dim_date') }}

),

skus as (

    select
        sku_id,
        coalesce(category, '') as category,
        coalesce(subcategory, '') as subcategory,
        unit_price_amount,
        unit_cost_amount
    from {{ ref('dim_sku') }}

),

prices as (

    select * from {{ ref('int_channel_prices_measured') }}

),

shared_errors as (

    select max(shared_sd_share) as shared_sd_share
    from {{ ref('int_forecast_errors_shared') }}

),

budgets as (

    select * from {{ ref('int_budgets_resolved') }}

),

sales as (

    select
        sku_id,
        channel_id,
        business_on,
        net_reporting_amount,
        margin_reporting_amount
    from {{ ref('fct_sales') }}

),

vintage as (

    select max(origin_on) as vintage_on from forecast

),

months as (

    select
        days.month_starts_on,
        count(*) as day_count,
        sum(case when days.date_on > vintage.vintage_on then 1 else 0 end) as coming_day_count
    from days
    cross join vintage
    group by days.month_starts_on

),

forecast_days as (

    select
        month_starts_on,
        count(*) as forecast_day_count
    from (
        select distinct
            days.month_starts_on,
            forecast.forecast_on
        from forecast
        inner join days on forecast.forecast_on = days.date_on
    ) as known
    group by month_starts_on

),

priced as (

    select
        days.month_starts_on,
        skus.category,
        skus.subcategory,
        forecast.channel_id,
        forecast.mean_units,
        forecast.variance_units,
        -- wholesale pays wholesale's price
        coalesce(prices.paid_price_amount, skus.unit_price_amount, 0) as price_amount,
        coalesce(skus.unit_cost_amount, 0) as cost_amount
    from forecast
    inner join days on forecast.forecast_on = days.date_on
    inner join skus on forecast.sku_id = skus.sku_id
    left join prices on forecast.sku_id = prices.sku_id and forecast.channel_id = prices.channel_id

),

summed as (

    select
        month_starts_on,
        category,
        min(subcategory) as subcategory,
        channel_id,
        {{ share('sum(' ~ share('mean_units') ~ ')') }} as units,
        {{ money('sum(' ~ money('mean_units * price_amount') ~ ')') }} as revenue_amount,
        {{ money('sum(' ~ money('mean_units * (price_amount - cost_amount)') ~ ')') }} as margin_amount,
        sum({{ share('variance_units') }}) as variance_units,
        sum({{ money('cast(variance_units as ' ~ dbt.type_float() ~ ') * price_amount * price_amount') }}) as variance_amount
    from priced
    group by month_starts_on, category, channel_id

),

-- the chance in each series, and what all of them miss together; a sum of many is lognormal enough
spread as (

    select
        summed.*,
        cast(summed.variance_units as {{ dbt.type_float() }})
        / nullif(cast(summed.units as {{ dbt.type_float() }}) * cast(summed.units as {{ dbt.type_float() }}), 0)
        + cast(shared_errors.shared_sd_share as {{ dbt.type_float() }}) * shared_errors.shared_sd_share as units_variation,
        cast(summed.variance_amount as {{ dbt.type_float() }})
        / nullif(cast(summed.revenue_amount as {{ dbt.type_float() }}) * cast(summed.revenue_amount as {{ dbt.type_float() }}), 0)
        + cast(shared_errors.shared_sd_share as {{ dbt.type_float() }}) * shared_errors.shared_sd_share as revenue_variation
    from summed
    cross join shared_errors

),

booked as (

    select
        days.month_starts_on,
        skus.category,
        sales.channel_id,
        sum(sales.net_reporting_amount) as revenue_amount,
        sum(sales.margin_reporting_amount) as margin_amount
    from sales
    cross join vintage
    inner join days on sales.business_on = days.date_on
    inner join skus on sales.sku_id = skus.sku_id
    where sales.business_on <= vintage.vintage_on
    group by days.month_starts_on, skus.category, sales.channel_id

),

joined as (

    select
        vintage.vintage_on,
        spread.*,
        sqrt(ln(1 + spread.units_variation)) as units_sigma,
        sqrt(ln(1 + spread.revenue_variation)) as revenue_sigma,
        coalesce(booked.revenue_amount, 0) as booked_revenue_amount,
        coalesce(booked.margin_amount, 0) as booked_margin_amount,
        months.day_count,
        months.day_count - months.coming_day_count + forecast_days.forecast_day_count as covered_day_count
    from spread
    cross join vintage
    inner join months on spread.month_starts_on = months.month_starts_on
    inner join forecast_days on spread.month_starts_on = forecast_days.month_starts_on
    left join booked
        on
            spread.month_starts_on = booked.month_starts_on
            and spread.category = booked.category
            and spread.channel_id = booked.channel_id

),

-- a budget of more than one cell is shared out by what the cells are expected to bring
matched as (

    select
        joined.month_starts_on,
        joined.category,
        joined.channel_id,
        budgets.budget_id,
        budgets.revenue_amount,
        budgets.margin_amount,
        joined.booked_revenue_amount + joined.revenue_amount as expected_amount
    from joined
    inner join budgets
        on
            joined.month_starts_on = budgets.month_starts_on
            and coalesce(budgets.channel_id, joined.channel_id) = joined.channel_id
            and coalesce(budgets.planned_for, joined.category) in (joined.category, joined.subcategory)

),

shared_out as (

    select
        month_starts_on,
        category,
        channel_id,
        revenue_amount * expected_amount / nullif(sum(expected_amount) over (partition by budget_id), 0) as revenue_amount,
        margin_amount * expected_amount / nullif(sum(expected_amount) over (partition by budget_id), 0) as margin_amount
    from matched

),

budgeted as (

    select
        month_starts_on,
        category,
        channel_id,
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount
    from shared_out
    group by month_starts_on, category, channel_id

),

final as (

    select
        {{ key_of(['joined.vintage_on', 'joined.month_starts_on', 'joined.category', 'joined.channel_id']) }} as revenue_forecast_id,
        joined.vintage_on,
        joined.month_starts_on,
        joined.category,
        joined.channel_id,
        joined.units as mean_units,
        {{ share('joined.units * exp(-0.5 * joined.units_sigma * joined.units_sigma - 1.2816 * joined.units_sigma)') }} as p10_units,
        {{ share('joined.units * exp(-0.5 * joined.units_sigma * joined.units_sigma)') }} as p50_units,
        {{ share('joined.units * exp(-0.5 * joined.units_sigma * joined.units_sigma + 1.2816 * joined.units_sigma)') }} as p90_units,
        joined.revenue_amount as mean_revenue_amount,
        {{ money('joined.revenue_amount * exp(-0.5 * joined.revenue_sigma * joined.revenue_sigma - 1.2816 * joined.revenue_sigma)') }} as p10_revenue_amount,
        {{ money('joined.revenue_amount * exp(-0.5 * joined.revenue_sigma * joined.revenue_sigma)') }} as p50_revenue_amount,
        {{ money('joined.revenue_amount * exp(-0.5 * joined.revenue_sigma * joined.revenue_sigma + 1.2816 * joined.revenue_sigma)') }} as p90_revenue_amount,
        joined.margin_amount as mean_margin_amount,
        {{ money('joined.margin_amount * exp(-0.5 * joined.revenue_sigma * joined.revenue_sigma - 1.2816 * joined.revenue_sigma)') }} as p10_margin_amount,
        {{ money('joined.margin_amount * exp(-0.5 * joined.revenue_sigma * joined.revenue_sigma)') }} as p50_margin_amount,
        {{ money('joined.margin_amount * exp(-0.5 * joined.revenue_sigma * joined.revenue_sigma + 1.2816 * joined.revenue_sigma)') }} as p90_margin_amount,
        {{ money('joined.booked_revenue_amount') }} as booked_revenue_amount,
        {{ money('joined.booked_margin_amount') }} as booked_margin_amount,
        {{ share('joined.covered_day_count / cast(joined.day_count as ' ~ dbt.type_float() ~ ')') }} as covered_share,
        {{ money('budgeted.revenue_amount') }} as budget_revenue_amount,
        {{ money('budgeted.margin_amount') }} as budget_margin_amount,
        -- of a month that the horizon cuts, only that share of the budget is due
        {{ money('joined.booked_revenue_amount + joined.revenue_amount
            - budgeted.revenue_amount * joined.covered_day_count / joined.day_count') }} as over_budget_revenue_amount,
        {{ money('joined.booked_margin_amount + joined.margin_amount
            - budgeted.margin_amount * joined.covered_day_count / joined.day_count') }} as over_budget_margin_amount
    from joined
    left join budgeted
        on
            joined.month_starts_on = budgeted.month_starts_on
            and joined.category = budgeted.category
            and joined.channel_id = budgeted.channel_id

)

select * from final
