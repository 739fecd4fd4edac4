-- Planned promotions of what will run out anyway: the discount gives away margin on units that sell at full price. One
-- row per SKU and location, the promotion that gives away most.
with

promotions as (

    select * from {{ ref('int_promotions_planned') }}

),

policy as (

    select * from {{ ref('fct_reorder_policy') }}
    where stock_out_on is not null

),

locations_of_channels as (

    select distinct
        sku_id,
        channel_id,
        location_id
    from {{ ref('int_demand_forecast') }}

),

forecast as (

    select * from {{ ref('int_location_forecast_summed') }}

),

skus as (

    select * from {{ ref('dim_sku') }}

),

at_risk as (

    select
        promotions.promotion_sku_id,
        promotions.promotion_name,
        promotions.starts_on,
        promotions.ends_on,
        promotions.discount_rate,
        policy.policy_id,
        policy.decided_on,
        policy.sku_id,
        policy.location_id,
        policy.stock_out_on,
        policy.available_units,
        policy.in_transit_units
    from promotions
    inner join locations_of_channels
        on promotions.sku_id = locations_of_channels.sku_id and promotions.channel_id = locations_of_channels.channel_id
    inner join policy
        on locations_of_channels.sku_id = policy.sku_id and locations_of_channels.location_id = policy.location_id
    where
        promotions.starts_on > policy.decided_on
        and policy.stock_out_on >= promotions.starts_on
        and policy.stock_out_on <= promotions.ends_on
        -- nothing is on its way, and what is ordered today can't come in time
        and policy.on_order_units = 0
        and promotions.starts_on
        <= {{ dbt.dateadd('day', 'cast(ceil(policy.lead_time_days) as ' ~ dbt.type_int() ~ ')', 'policy.decided_on') }}

),

-- what is left on the shelf when the promotion starts is what it gives away
left_over as (

    select
        at_risk.promotion_sku_id,
        at_risk.location_id,
        max(at_risk.available_units + at_risk.in_transit_units)
        - sum(case when forecast.forecast_on < at_risk.starts_on then forecast.mean_units else 0 end) as shelf_units,
        sum(case when forecast.forecast_on >= at_risk.starts_on then forecast.mean_units else 0 end) as planned_units
    from at_risk
    inner join forecast
        on
            at_risk.sku_id = forecast.sku_id
            and at_risk.location_id = forecast.location_id
            and at_risk.ends_on >= forecast.forecast_on
    group by at_risk.promotion_sku_id, at_risk.location_id

),

valued as (

    select
        at_risk.*,
        case
            when left_over.shelf_units <= 0 then 0
            when left_over.shelf_units < left_over.planned_units then left_over.shelf_units
            else left_over.planned_units
        end as given_units,
        skus.unit_price_amount
    from at_risk
    inner join left_over
        on at_risk.promotion_sku_id = left_over.promotion_sku_id and at_risk.location_id = left_over.location_id
    inner join skus on at_risk.sku_id = skus.sku_id

),

ranked as (

    select
        *,
        given_units * discount_rate * unit_price_amount as given_amount,
        row_number() over (
            partition by sku_id, location_id order by given_units * discount_rate desc, promotion_sku_id
        ) as promotion_rank
    from valued

),

final as (

    select
        'hold promotion|' || promotion_sku_id || '|' || location_id as action_id,
        'hold promotion' as action_kind,
        sku_id,
        location_id,
        cast(null as {{ dbt.type_string() }}) as from_location_id,
        cast(null as {{ dbt.type_string() }}) as supplier_id,
        {{ money('floor(given_units)') }} as action_units,
        {{ money('given_amount') }} as value_amount,
        {{ money('case
            when starts_on <= ' ~ dbt.dateadd('day', 7, 'decided_on') ~ ' then given_amount
            else 0
        end') }} as waiting_week_amount,
        {{ money('0') }} as cash_amount,
        starts_on as cash_on,
        cast({{ dbt.dateadd('day', -1, 'starts_on') }} as date) as last_safe_on,
        'lead time' as binding_constraint,
        promotion_name || ' from ' || cast(starts_on as {{ dbt.type_string() }})
        || ', stock out on ' || cast(stock_out_on as {{ dbt.type_string() }}) as reason,
        'fct_reorder_policy' as explained_by,
        policy_id as explained_by_id
    from ranked
    where promotion_rank = 1

)

select * from final
