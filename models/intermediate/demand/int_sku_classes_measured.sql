-- How much a SKU brings and how evenly: ABC by margin of the last year (80 % and 95 % of it), XYZ by the variation of its
-- weekly demand (.5 and 1), and the pattern of its days (Syntetos, Boylan and Croston, 2005).
with

demand as (

    select * from {{ ref('fct_demand_daily') }}

),

skus as (

    select
        sku_id,
        coalesce(unit_price_amount - unit_cost_amount, unit_price_amount, 0) as unit_margin_amount
    from {{ ref('dim_sku') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

daily as (

    select
        demand.sku_id,
        demand.demand_on,
        {{ dbt.datediff('demand.demand_on', 'cut_off.cut_off_on', 'day') }} as age_days,
        sum(demand.demand_units) as demand_units
    from demand
    cross join cut_off
    where
        demand.demand_on > {{ dbt.dateadd('day', -364, 'cut_off.cut_off_on') }}
        and demand.demand_on <= cut_off.cut_off_on
    group by demand.sku_id, demand.demand_on, cut_off.cut_off_on

),

weekly as (

    select
        sku_id,
        floor(age_days / 7) as week_number,
        sum(demand_units) as demand_units
    from daily
    group by sku_id, floor(age_days / 7)

),

of_weeks as (

    select
        sku_id,
        count(*) as week_count,
        avg(cast(demand_units as {{ dbt.type_float() }})) as weekly_mean_units,
        stddev_samp(cast(demand_units as {{ dbt.type_float() }})) as weekly_sd_units
    from weekly
    group by sku_id

),

of_days as (

    select
        sku_id,
        count(*) as day_count,
        sum(case when demand_units > 0 then 1 else 0 end) as selling_day_count,
        avg(case when demand_units > 0 then cast(demand_units as {{ dbt.type_float() }}) end) as sale_mean_units,
        stddev_samp(case when demand_units > 0 then cast(demand_units as {{ dbt.type_float() }}) end) as sale_sd_units,
        sum(demand_units) as year_units
    from daily
    group by sku_id

),

joined as (

    select
        of_days.sku_id,
        of_days.year_units,
        of_weeks.weekly_mean_units,
        coalesce(of_weeks.weekly_sd_units, 0) as weekly_sd_units,
        of_weeks.weekly_sd_units / nullif(of_weeks.weekly_mean_units, 0) as weekly_variation,
        of_days.day_count / nullif(cast(of_days.selling_day_count as {{ dbt.type_float() }}), 0) as demand_interval_days,
        coalesce(
            of_days.sale_sd_units * of_days.sale_sd_units / nullif(of_days.sale_mean_units * of_days.sale_mean_units, 0), 0
        ) as squared_variation,
        of_days.year_units * skus.unit_margin_amount as year_margin_amount
    from of_days
    inner join of_weeks on of_days.sku_id = of_weeks.sku_id
    inner join skus on of_days.sku_id = skus.sku_id

),

ranked as (

    select
        *,
        sum(case when year_margin_amount > 0 then year_margin_amount else 0 end) over (
            order by year_margin_amount desc, sku_id asc rows between unbounded preceding and current row
        ) - case when year_margin_amount > 0 then year_margin_amount else 0 end as better_amount,
        sum(case when year_margin_amount > 0 then year_margin_amount else 0 end) over () as total_amount
    from joined

),

final as (

    select
        sku_id,
        case
            when better_amount < 0.8 * total_amount then 'A'
            when better_amount < 0.95 * total_amount then 'B'
            else 'C'
        end as abc_class,
        case
            when weekly_variation <= 0.5 then 'X'
            when weekly_variation <= 1 then 'Y'
            else 'Z'
        end as xyz_class,
        case
            when demand_interval_days is null then 'silent'
            when demand_interval_days < 1.32 and squared_variation < 0.49 then 'smooth'
            when demand_interval_days < 1.32 then 'erratic'
            when squared_variation < 0.49 then 'intermittent'
            else 'lumpy'
        end as demand_pattern,
        {{ share('demand_interval_days') }} as demand_interval_days,
        {{ share('squared_variation') }} as squared_variation,
        {{ share('weekly_mean_units') }} as weekly_mean_units,
        {{ share('weekly_sd_units') }} as weekly_sd_units,
        {{ share('weekly_variation') }} as weekly_variation,
        {{ money('year_units') }} as year_units,
        {{ money('year_margin_amount') }} as year_margin_amount
    from ranked

)

select * from final
