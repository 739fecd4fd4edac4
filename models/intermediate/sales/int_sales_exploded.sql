-- Sales lines in the SKUs that stand on the shelf: a kit becomes its components, its money shared by their cost.
with

sales_lines as (

    select
        *,
        coalesce(gross_amount > 0 and discount_amount >= gross_amount * {{ var('promotion_min_discount_rate') }}, false)
            as is_promoted
    from {{ ref('int_sales_resolved') }}
    where rejection_reason is null

),

kits as (

    select
        *,
        -- one component without a cost, and units share the money instead
        case
            when min(coalesce(component_cost_amount, 0)) over (partition by kit_sku_id) > 0
                then component_units * component_cost_amount
            else component_units
        end as component_weight
    from {{ ref('int_kits_exploded') }}

),

weighed_kits as (

    select
        *,
        sum(component_weight) over (partition by kit_sku_id) as kit_weight
    from kits

),

final as (

    select
        sales_lines.sales_line_id || coalesce('|' || weighed_kits.component_sku_id, '') as sales_component_id,
        sales_lines.sales_line_id,
        coalesce(weighed_kits.component_sku_id, sales_lines.sku_id) as sku_id,
        case when weighed_kits.kit_sku_id is not null then sales_lines.sku_id end as kit_sku_id,
        sales_lines.channel_id,
        sales_lines.location_id,
        sales_lines.business_on,
        {{ business_hour('sales_lines.ordered_at', 'sales_lines.source_system', 'sales_lines.source_instance') }} as business_hour,
        sales_lines.gross_units = 0 and sales_lines.returned_units > 0 as is_return_line,
        sales_lines.is_promoted,
        {{ money('sales_lines.gross_units * coalesce(weighed_kits.component_units, 1)') }} as gross_units,
        {{ money('sales_lines.returned_units * coalesce(weighed_kits.component_units, 1)') }} as returned_units,
        {{ money('(sales_lines.gross_amount - sales_lines.discount_amount) * sales_lines.exchange_rate
            * coalesce(weighed_kits.component_weight / nullif(weighed_kits.kit_weight, 0), 1)') }} as paid_reporting_amount,
        {{ money('(sales_lines.gross_amount - sales_lines.discount_amount
            - case when sales_lines.is_tax_included then coalesce(sales_lines.tax_amount, 0) else 0 end)
            * sales_lines.exchange_rate
            * coalesce(weighed_kits.component_weight / nullif(weighed_kits.kit_weight, 0), 1)') }} as paid_net_reporting_amount,
        {{ money('sales_lines.gross_amount * sales_lines.exchange_rate
            * coalesce(weighed_kits.component_weight / nullif(weighed_kits.kit_weight, 0), 1)') }} as list_reporting_amount
    from sales_lines
    left join weighed_kits on sales_lines.sku_id = weighed_kits.kit_sku_id

)

select * from final
