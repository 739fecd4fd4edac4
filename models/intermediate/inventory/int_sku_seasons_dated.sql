-- One row per SKU: cost and price, the last day of the horizon in which its stock should sell (season's end, life's
-- end or planning horizon), and whether it is too new to judge.
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
            -- just over: what is left is last season's and must be cleared
            when {{ dbt.dateadd('day', var('season_grace_days'), 'ends_on') }} > cut_off_on
                then cast({{ dbt.dateadd('day', var('clearance_days'), 'cut_off_on') }} as date)
            else cast({{ dbt.dateadd('year', 1, 'ends_on') }} as date)
        end as season_ends_on
    from season_dates

),

dated as (

    select
        skus.sku_id,
        skus.unit_cost_amount,
        skus.unit_price_amount,
        skus.launch_on,
        skus.created_on,
        cut_off.cut_off_on,
        season_ends.season_ends_on,
        -- an item sells off for a while after its phase-out, and from today if that is past
        cast({{ dbt.dateadd('day', var('clearance_days'), 'case
            when skus.phase_out_on < cut_off.cut_off_on then cut_off.cut_off_on
            else skus.phase_out_on
        end') }} as date) as life_ends_on,
        cast({{ dbt.dateadd('day', var('surplus_horizon_days'), 'cut_off.cut_off_on') }} as date) as horizon_ends_on
    from skus
    cross join cut_off
    left join season_ends on skus.season = season_ends.season

),

final as (

    select
        sku_id,
        cut_off_on as flagged_on,
        unit_cost_amount,
        unit_price_amount,
        -- whatever comes first; a season that is over until next year leaves the planning horizon
        case
            when
                life_ends_on is not null
                and life_ends_on <= horizon_ends_on
                and (season_ends_on is null or life_ends_on <= season_ends_on)
                then life_ends_on
            when season_ends_on <= horizon_ends_on then season_ends_on
            else horizon_ends_on
        end as season_ends_on,
        coalesce(
            coalesce(launch_on, created_on) > {{ dbt.dateadd('day', -1 * var('new_item_days'), 'cut_off_on') }},
            false
        ) as is_new
    from dated

)

select * from final
