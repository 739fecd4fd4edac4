with

masters as (

    select * from {{ ref('int_sku_masters_chosen') }}

),

kit_costs as (

    select
        kit_sku_id,
        -- one component without a cost, and the kit's isn't known either
        case
            when min(coalesce(component_cost_amount, 0)) > 0 then sum(component_units * component_cost_amount)
        end as kit_cost_amount
    from {{ ref('int_kits_exploded') }}
    group by kit_sku_id

),

relations as (

    select * from {{ ref('int_sku_relations_resolved') }}
    where relation = 'successor'

),

-- of several, the one that takes the larger share
successors as (

    select
        sku_id,
        related_sku_id,
        row_number() over (partition by sku_id order by weight_share desc, related_sku_id asc) as successor_rank
    from relations

),

predecessors as (

    select
        related_sku_id,
        sku_id,
        row_number() over (partition by related_sku_id order by weight_share desc, sku_id asc) as predecessor_rank
    from relations

),

prices as (

    select * from {{ ref('int_sku_prices_measured') }}

),

final as (

    select
        masters.sku_id,
        masters.sku_name,
        masters.category,
        masters.subcategory,
        masters.master_system,
        masters.barcode,
        masters.is_kit,
        masters.is_active,
        masters.season,
        successors.related_sku_id as successor_sku_id,
        predecessors.sku_id as predecessor_sku_id,
        masters.launch_on,
        masters.phase_out_on,
        masters.created_on,
        masters.supplier_key as supplier_id,
        masters.case_pack_units,
        masters.minimum_order_units,
        masters.agreed_lead_time_days,
        -- a cost of zero or less is a slip in the ERP: unknown is more honest
        {{ money("case
            when masters.is_kit then kit_costs.kit_cost_amount
            when masters.unit_cost_amount > 0 then masters.unit_cost_amount
        end") }} as unit_cost_amount,
        prices.unit_price_amount,
        masters.x_columns
    from masters
    left join kit_costs on masters.sku_id = kit_costs.kit_sku_id
    left join prices on masters.sku_id = prices.sku_id
    left join successors on masters.sku_id = successors.sku_id and successors.successor_rank = 1
    left join predecessors on masters.sku_id = predecessors.related_sku_id and predecessors.predecessor_rank = 1

)

select * from final
