with

silences as (

    select * from {{ ref('int_stock_silences_weighed') }}

),

movements as (

    select
        sku_id,
        location_id,
        max(moved_on) as last_adjusted_on
    from {{ ref('fct_stock_movements') }}
    where movement_kind = 'adjustment'
    group by sku_id, location_id

),

skus as (

    select * from {{ ref('dim_sku') }}

),

judged as (

    select
        *,
        -- Bayes: an empty shelf is silent for certain, a full one with the chance that nobody wanted the SKU
        {{ share(
            var('phantom_prior_rate') ~ ' / (' ~ var('phantom_prior_rate') ~ ' + (1 - ' ~ var('phantom_prior_rate') ~ ') * silence_share)'
        ) }} as probability_share
    from silences

),

staked as (

    select
        judged.*,
        movements.last_adjusted_on,
        skus.sku_name,
        skus.category,
        {{ money('judged.expected_units * 7 / judged.silent_days * judged.unit_margin_amount') }} as weekly_margin_amount,
        {{ money('judged.record_units * skus.unit_cost_amount') }} as record_value_amount
    from judged
    inner join skus on judged.sku_id = skus.sku_id
    left join movements on judged.sku_id = movements.sku_id and judged.location_id = movements.location_id
    where judged.probability_share >= {{ var('phantom_min_probability') }}

),

priced as (

    select
        *,
        {{ money('coalesce(weekly_margin_amount, 0) + coalesce(record_value_amount, 0)') }} as stake_amount
    from staked

),

final as (

    select
        silence_id as count_id,
        cast(row_number() over (order by probability_share * stake_amount desc, silence_id asc) as {{ dbt.type_bigint() }})
            as count_rank,
        cut_off_on as decided_on,
        sku_id,
        sku_name,
        category,
        location_id,
        record_units,
        last_sold_on,
        last_touched_on,
        last_adjusted_on,
        silent_days,
        {{ money('expected_units') }} as expected_units_in_silence,
        silence_share,
        probability_share,
        weekly_margin_amount,
        record_value_amount,
        stake_amount,
        {{ money('probability_share * stake_amount') }} as expected_stake_amount,
        'record says ' || cast(cast(round(record_units, 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
        || ', nothing moved for ' || cast(silent_days as {{ dbt.type_string() }})
        || ' days in which ' || cast(cast(round(expected_units, 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
        || ' units should have sold; elsewhere it sold '
        || cast(cast(round(elsewhere_sold_units, 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
        || ' of '
        || cast(cast(round(elsewhere_expected_units, 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }}) as reason
    from priced

)

select * from final
