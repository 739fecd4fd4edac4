-- Sales lines in the SKUs that stand on the shelf: a kit becomes its components, its money shared by their cost. An
-- incremental run works out the lines that were written since the last, those that the cut-off lets in, and the kits
-- that changed.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='sales_component_id',
    meta={'restated_scope': 'sales_line_id', 'restated_on': 'business_on', 'restated_until': 'cut_off_on'}
) }}
-- depends_on: {{ ref('int_mappings_restated') }}

with

sales_lines as (

    select
        resolved.*,
        coalesce(
            resolved.gross_amount > 0
            and resolved.discount_amount >= resolved.gross_amount * {{ var('promotion_min_discount_rate') }},
            false
        ) as is_promoted
    from {{ ref('int_sales_resolved') }} as resolved
    {%- if is_incremental() %}
    where
        resolved.restated_at > {{ last_run_time() }}
        or resolved.business_on > (select max(held.business_on) from {{ this }} as held)
        or resolved.sku_id in (
            select mappings.first_key from {{ ref('int_mappings_restated') }} as mappings
            where mappings.mapping_kind = 'kit' and mappings.restated_at > {{ last_run_time() }}
        )
    {%- else %}
    where resolved.rejection_reason is null
    {%- endif %}

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
        {%- if is_incremental() %}
        -- a line that doesn't count any more takes what was held of it away
        case
            when sales_lines.rejection_reason is null
                then sales_lines.sales_line_id || coalesce('|' || weighed_kits.component_sku_id, '')
        end as sales_component_id,
        {%- else %}
        sales_lines.sales_line_id || coalesce('|' || weighed_kits.component_sku_id, '') as sales_component_id,
        {%- endif %}
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
        -- what comes back of a sale comes back another day
        {{ money('case when sales_lines.gross_units = 0 then sales_lines.returned_units else 0 end
            * coalesce(weighed_kits.component_units, 1)') }} as returned_units,
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
