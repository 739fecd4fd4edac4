with

elasticities as (

    select * from {{ ref('int_price_elasticity') }}

),

final as (

    select
        sku_id,
        {{ share('elasticity') }} as elasticity,
        {{ share('elasticity_low') }} as elasticity_low,
        {{ share('elasticity_high') }} as elasticity_high,
        {{ share('standard_error') }} as standard_error,
        {{ share('raw_elasticity') }} as own_elasticity,
        {{ share('raw_standard_error') }} as own_standard_error,
        pooled_with,
        {{ share('own_weight_share') }} as own_weight_share,
        grade,
        cast(n_weeks as {{ dbt.type_bigint() }}) as week_count,
        cast(n_price_changes as {{ dbt.type_bigint() }}) as price_change_count,
        {{ share('price_range_share') }} as price_range_share,
        {{ money('units') }} as demand_units,
        method,
        fallback_reason
    from elasticities

)

select * from final
