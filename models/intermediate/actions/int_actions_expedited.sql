-- Open orders that arrive after the stock is gone, where paying for speed brings more than it costs.
with

positions as (

    select * from {{ ref('int_stock_positions_local') }}
    where on_order_units > 0

),

policy as (

    select * from {{ ref('fct_reorder_policy') }}
    where supply_kind = 'supplier' and stock_out_on is not null

),

skus as (

    select * from {{ ref('dim_sku') }}

),

forecast as (

    select * from {{ ref('int_location_forecast_summed') }}

),

late as (

    select
        policy.policy_id,
        policy.decided_on,
        policy.sku_id,
        policy.location_id,
        policy.supplier_id,
        policy.stock_out_on,
        positions.on_order_units,
        case
            when positions.next_expected_on > policy.decided_on then positions.next_expected_on
            -- overdue: nobody knows when, so a review period from now
            else cast({{ dbt.dateadd('day', 'cast(policy.review_days as ' ~ dbt.type_int() ~ ')', 'policy.decided_on') }} as date)
        end as arrives_on
    from policy
    inner join positions on policy.sku_id = positions.sku_id and policy.location_id = positions.location_id

),

wanted as (

    select
        late.policy_id,
        late.on_order_units,
        sum(forecast.mean_units) as wanted_units
    from late
    inner join forecast
        on
            late.sku_id = forecast.sku_id
            and late.location_id = forecast.location_id
            and late.stock_out_on <= forecast.forecast_on
            and late.arrives_on > forecast.forecast_on
            and forecast.forecast_on >= {{ dbt.dateadd('day', -1 * var('expedite_days'), 'late.arrives_on') }}
    group by late.policy_id, late.on_order_units

),

-- speed saves no more than the order holds
saved as (

    select
        policy_id,
        case when wanted_units < on_order_units then wanted_units else on_order_units end as saved_units
    from wanted

),

final as (

    select
        'expedite|' || late.policy_id as action_id,
        'expedite' as action_kind,
        late.sku_id,
        late.location_id,
        cast(null as {{ dbt.type_string() }}) as from_location_id,
        late.supplier_id,
        {{ money("late.on_order_units") }} as action_units,
        {{ money('saved.saved_units * (skus.unit_price_amount - skus.unit_cost_amount)
            - ' ~ var('expedite_cost_rate') ~ ' * late.on_order_units * skus.unit_cost_amount') }} as value_amount,
        {{ money('saved.saved_units * (skus.unit_price_amount - skus.unit_cost_amount)') }} as waiting_week_amount,
        {{ money('-' ~ var('expedite_cost_rate') ~ ' * late.on_order_units * skus.unit_cost_amount') }} as cash_amount,
        late.decided_on as cash_on,
        late.decided_on as last_safe_on,
        'supplier' as binding_constraint,
        'stock out on ' || cast(late.stock_out_on as {{ dbt.type_string() }})
        || ', order due on ' || cast(late.arrives_on as {{ dbt.type_string() }}) as reason,
        'fct_reorder_policy' as explained_by,
        late.policy_id as explained_by_id
    from late
    inner join saved on late.policy_id = saved.policy_id
    inner join skus on late.sku_id = skus.sku_id

)

select * from final
