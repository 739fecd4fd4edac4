-- One row per SKU: cost and price, the day on which its season or its life ends, and whether it is too new to judge.
with

skus as (

    select * from {{ ref('dim_sku') }}

),

seasons as (

    select * from {{ ref('season') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

season_years as (

    select
        seasons.season,
        seasons.ends_month,
        seasons.ends_day,
        cut_off.cut_off_on
    from seasons
    cross join cut_off

),

season_dates as (

    select
        season,
        cut_off_on,
        cast(
            cast(extract(year from cut_off_on) as {{ dbt.type_string() }})
            || '-' || lpad(cast(ends_month as {{ dbt.type_string() }}), 2, '0')
            || '-' || lpad(cast(ends_day as {{ dbt.type_string() }}), 2, '0') as date
        ) as ends_on
    from season_years

),

season_ends as (

    select
        season,
        case
            when ends_on > cut_off_on then ends_on
            else cast({{ dbt.dateadd('year', 1, 'ends_on') }} as date)
        end as season_ends_on
    from season_dates

),

final as (

    select
        skus.sku_id,
        cut_off.cut_off_on as flagged_on,
        skus.unit_cost_amount,
        skus.unit_price_amount,
        case
            when
                skus.phase_out_on > cut_off.cut_off_on
                and (season_ends.season_ends_on is null or skus.phase_out_on < season_ends.season_ends_on)
                then skus.phase_out_on
            else season_ends.season_ends_on
        end as season_ends_on,
        coalesce(
            coalesce(skus.launch_on, skus.created_on)
            > {{ dbt.dateadd('day', -1 * var('new_item_days'), 'cut_off.cut_off_on') }},
            false
        ) as is_new
    from skus
    cross join cut_off
    left join season_ends on skus.season = season_ends.season

)

select * from final
