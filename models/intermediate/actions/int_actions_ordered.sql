-- Orders from suppliers and transfers between locations that the reorder policy asks for. A transfer moves no more
-- than the feeding location has.
with

policy as (

    select * from {{ ref('fct_reorder_policy') }}
    where suggested_order_units > 0

),

locations as (

    select * from {{ ref('dim_location') }}

),

positions as (

    select
        sku_id,
        location_id,
        available_units
    from {{ ref('int_stock_positions_local') }}
    where available_units > 0

),

wanted as (

    select
        policy.*,
        locations.supplied_by_location_id,
        positions.available_units as source_available_units,
        sum(policy.suggested_order_units) over (
            partition by policy.sku_id, locations.supplied_by_location_id
            order by policy.value_amount desc nulls last, policy.location_id asc
            rows between unbounded preceding and current row
        ) as wanted_so_far_units
    from policy
    inner join locations on policy.location_id = locations.location_id
    left join positions
        on policy.sku_id = positions.sku_id and locations.supplied_by_location_id = positions.location_id

),

granted as (

    select
        *,
        case
            when supply_kind = 'supplier' then suggested_order_units
            -- the feeding location serves the most valuable wish first
            when wanted_so_far_units <= source_available_units then suggested_order_units
            when wanted_so_far_units - suggested_order_units < source_available_units
                then floor(source_available_units - (wanted_so_far_units - suggested_order_units))
            else 0
        end as granted_units
    from wanted

),

final as (

    select
        case supply_kind when 'supplier' then 'order' else 'transfer' end || '|' || policy_id as action_id,
        case supply_kind when 'supplier' then 'order' else 'transfer' end as action_kind,
        sku_id,
        location_id,
        supplied_by_location_id as from_location_id,
        supplier_id,
        {{ money('granted_units') }} as action_units,
        {{ money('value_amount * granted_units / suggested_order_units') }} as value_amount,
        -- what a week of waiting costs: that share of the shortage it saves
        {{ money('avoided_lost_margin_amount * granted_units / suggested_order_units
            * case when protection_days > 7 then 7 / protection_days else 1 end') }} as waiting_week_amount,
        {{ money("case supply_kind when 'supplier' then -order_amount else 0 end") }} as cash_amount,
        cast({{ dbt.dateadd('day', 'cast(ceil(lead_time_days) as ' ~ dbt.type_int() ~ ')', 'decided_on') }} as date) as cash_on,
        order_by_on as last_safe_on,
        case
            when granted_units < suggested_order_units then 'stock of the feeding location'
            when case_pack_units > 1 then 'case pack'
            else 'none'
        end as binding_constraint,
        'position ' || cast(cast(round(position_units, 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
        || ' at or below reorder point '
        || cast(cast(round(reorder_point_units, 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
        || coalesce(', stock out on ' || cast(stock_out_on as {{ dbt.type_string() }}), '') as reason,
        'fct_reorder_policy' as explained_by,
        policy_id as explained_by_id
    from granted
    where granted_units > 0

)

select * from final
