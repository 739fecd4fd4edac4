-- Orders to cancel and stock to mark down before the season ends.
with

surplus as (

    select * from {{ ref('fct_surplus_flags') }}
    where is_surplus

),

skus as (

    select * from {{ ref('dim_sku') }}

),

parts as (

    select
        'cancel order' as action_kind,
        floor(case
            when cancellable_units < surplus_on_order_units then cancellable_units
            else surplus_on_order_units
        end) as action_units,
        {{ money('recoverable_on_order_amount * case
            when cancellable_units < surplus_on_order_units then cancellable_units / surplus_on_order_units
            else 1
        end') }} as value_amount,
        *
    from surplus
    where surplus_on_order_units >= 1 and (cancellable_units >= 1 or cancellable_units is null)
    union all
    select
        'mark down' as action_kind,
        floor(surplus_on_hand_units) as action_units,
        recoverable_on_hand_amount as value_amount,
        *
    from surplus
    where surplus_on_hand_units >= 1

),

final as (

    select
        parts.action_kind || '|' || parts.surplus_id as action_id,
        parts.action_kind,
        parts.sku_id,
        parts.location_id,
        cast(null as {{ dbt.type_string() }}) as from_location_id,
        skus.supplier_id,
        {{ money('parts.action_units') }} as action_units,
        parts.value_amount,
        -- the value melts evenly until the season's end
        {{ money('parts.value_amount * 7 / case
            when ' ~ dbt.datediff('parts.flagged_on', 'parts.horizon_ends_on', 'day') ~ ' > 7
                then ' ~ dbt.datediff('parts.flagged_on', 'parts.horizon_ends_on', 'day') ~ '
            else 7
        end') }} as waiting_week_amount,
        {{ money("case
            when parts.action_kind = 'cancel order' then parts.action_units * skus.unit_cost_amount
            else parts.action_units * skus.unit_price_amount * (1 - " ~ var('markdown_rate') ~ ")
        end") }} as cash_amount,
        parts.horizon_ends_on as cash_on,
        parts.act_from_on as last_safe_on,
        case when parts.action_kind = 'cancel order' then 'supplier' else 'season' end as binding_constraint,
        cast(cast(round(parts.on_hand_units + parts.on_order_units, 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
        || ' units against a plausible demand of '
        || cast(cast(round(parts.plausible_demand_units, 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
        || ' until ' || cast(parts.horizon_ends_on as {{ dbt.type_string() }}) as reason,
        'fct_surplus_flags' as explained_by,
        parts.surplus_id as explained_by_id
    from parts
    inner join skus on parts.sku_id = skus.sku_id

)

select * from final
