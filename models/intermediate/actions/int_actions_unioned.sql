-- Everything worth doing, of every kind, without contradictions: where one action wants more of a SKU at a location and
-- another less, the side with more money on it stays.
with

unioned as (

    select * from {{ ref('int_actions_ordered') }}
    union all
    select * from {{ ref('int_actions_expedited') }}
    union all
    select * from {{ ref('int_actions_surplus') }}
    union all
    select * from {{ ref('int_actions_held') }}
    union all
    select * from {{ ref('int_actions_counted') }}
    union all
    select * from {{ ref('int_actions_reviewed') }}

),

weighed as (

    select
        *,
        case
            when action_kind in ('order', 'transfer', 'expedite') then 'more'
            when action_kind in ('cancel order', 'mark down') then 'less'
            else 'neither'
        end as stance,
        coalesce(sum(case when action_kind in ('order', 'transfer', 'expedite') and value_amount > 0 then value_amount end)
            over (partition by sku_id, location_id), 0) as more_amount,
        coalesce(sum(case when action_kind in ('cancel order', 'mark down') and value_amount > 0 then value_amount end)
            over (partition by sku_id, location_id), 0) as less_amount
    from unioned

),

final as (

    select
        action_id,
        action_kind,
        sku_id,
        location_id,
        from_location_id,
        supplier_id,
        action_units,
        value_amount,
        waiting_week_amount,
        cash_amount,
        cash_on,
        last_safe_on,
        binding_constraint,
        reason,
        explained_by,
        explained_by_id
    from weighed
    where
        stance = 'neither'
        or (stance = 'more' and more_amount >= less_amount)
        or (stance = 'less' and less_amount > more_amount)

)

select * from final
