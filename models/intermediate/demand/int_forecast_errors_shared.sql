-- By how much whole categories miss together, beyond what chance in each series explains: one row, the relative standard
-- deviation of a category and channel's sum over 28 days, measured on what the forecast hadn't seen.
with

held_out as (

    select
        held_out.origin_on,
        skus.category,
        held_out.channel_id,
        sum(held_out.actual_units) as actual_units,
        sum(held_out.mean_units) as mean_units,
        sum(held_out.variance_units) as variance_units
    from {{ ref('int_forecast_held_out') }} as held_out
    inner join {{ ref('dim_sku') }} as skus on held_out.sku_id = skus.sku_id
    where held_out.window_days = 28 and held_out.weight_share >= 0.99 and held_out.variance_units is not null
    group by held_out.origin_on, skus.category, held_out.channel_id

),

final as (

    select
        '28 days' as error_id,
        cast(count(*) as {{ dbt.type_bigint() }}) as observation_count,
        -- large groups tell more
        {{ share('sqrt(case
            when sum((actual_units - mean_units) * (actual_units - mean_units) - variance_units) > 0
                then sum((actual_units - mean_units) * (actual_units - mean_units) - variance_units) / sum(mean_units * mean_units)
            else 0
        end)') }} as shared_sd_share
    from held_out
    where mean_units > 0

)

select * from final
