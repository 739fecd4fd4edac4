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
        masters.successor_code as successor_sku_id,
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

)

select * from final
