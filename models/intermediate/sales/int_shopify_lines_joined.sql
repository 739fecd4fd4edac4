-- Order lines of the shops as they were delivered, with their order, their discounts and the tax on them. Sales, refunds
-- and discounts read this, so that the heavy tables are read once.
{{ config(materialized='incremental', unique_key='sales_line_id') }}

with

{%- if is_incremental() %}

renewed_orders as (

    select
        source_instance,
        order_id
    from {{ ref('int_shopify_orders_standardised') }}
    where {{ is_renewed('landed_at', [ref('int_shopify_orders_standardised')]) }}
    union all
    select
        source_instance,
        order_id
    from {{ ref('stg_shopify__order_line') }}
    where {{ is_renewed('landed_at', [ref('stg_shopify__order_line')]) }}
    union all
    select
        order_lines.source_instance,
        order_lines.order_id
    from {{ ref('stg_shopify__discount_allocation') }} as allocations
    inner join {{ ref('stg_shopify__order_line') }} as order_lines
        on
            allocations.source_instance = order_lines.source_instance
            and allocations.order_line_id = order_lines.order_line_id
    where {{ is_renewed('allocations.landed_at', [ref('stg_shopify__discount_allocation')], 'allocations.source_instance') }}

),

renewed as (

    select distinct
        source_instance,
        order_id
    from renewed_orders

),
{%- endif %}

order_lines as (

    select order_lines.*
    from {{ ref('stg_shopify__order_line') }} as order_lines
    {%- if is_incremental() %}
    left join renewed
        on order_lines.source_instance = renewed.source_instance and order_lines.order_id = renewed.order_id
    where renewed.order_id is not null or order_lines.order_id is null
    {%- endif %}

),

orders as (

    select orders.*
    from {{ ref('int_shopify_orders_standardised') }} as orders
    {%- if is_incremental() %}
    inner join renewed
        on orders.source_instance = renewed.source_instance and orders.order_id = renewed.order_id
    {%- endif %}
    where orders.delivery_rank = 1

),

allocations_by_line as (

    select
        source_instance,
        order_line_id,
        -- a discount counts on the delivery that counts
        1 as delivery_rank,
        sum(discount_amount) as allocated_amount,
        {{ latest_landed('landed_at') }} as landed_at
    from {{ ref('stg_shopify__discount_allocation') }}
    where delivery_rank = 1
    group by source_instance, order_line_id

),

untaxed_by_order as (

    -- goods that bear no part of their order's tax
    select
        source_instance,
        order_id,
        sum(gross_amount - coalesce(discount_amount, 0)) as untaxed_amount
    from order_lines
    where delivery_rank = 1 and (not coalesce(is_taxable, true) or coalesce(is_gift_card_line, false)) and not coalesce(is_deleted, false)
    group by source_instance, order_id

),

joined as (

    select
        order_lines.delivered_row_id,
        order_lines.delivery_rank,
        order_lines.source_instance,
        order_lines.order_line_id,
        order_lines.order_id,
        order_lines.variant_id,
        order_lines.source_sku,
        order_lines.fulfilment_status as line_fulfilment_status,
        order_lines.units,
        order_lines.gross_amount,
        -- a line's own discount leaves out codes and whole-order discounts, its allocations hold all
        case
            when allocations_by_line.allocated_amount > order_lines.discount_amount
                then {{ money('allocations_by_line.allocated_amount') }}
            else order_lines.discount_amount
        end as discount_amount,
        order_lines.pre_tax_amount,
        order_lines.unfulfilled_units,
        order_lines.is_gift_card_line,
        coalesce(order_lines.is_taxable, true) as is_taxable,
        coalesce(order_lines.is_deleted, false) or coalesce(orders.is_deleted, false) as is_deleted,
        order_lines.unreadable_columns,
        order_lines.x_columns,
        orders.order_id is not null as has_order,
        coalesce(orders.is_superseded, false) as is_superseded,
        orders.customer_id,
        orders.source_channel,
        orders.source_location,
        orders.currency_code,
        orders.tax_country_code,
        orders.is_tax_included,
        orders.fulfilment_status,
        orders.is_test,
        orders.is_cancelled,
        orders.is_voided,
        orders.is_closed,
        orders.is_preorder,
        orders.total_amount - coalesce(untaxed_by_order.untaxed_amount, 0) as order_total_amount,
        orders.tax_amount as order_tax_amount,
        orders.ordered_at,
        orders.business_on,
        {{ latest_of([
            'order_lines.landed_at',
            ('orders.landed_at', 'orders.order_id'),
            ('allocations_by_line.landed_at', 'allocations_by_line.order_line_id')
        ]) }} as landed_at
    from order_lines
    left join orders
        on order_lines.source_instance = orders.source_instance and order_lines.order_id = orders.order_id
    left join untaxed_by_order
        on order_lines.source_instance = untaxed_by_order.source_instance and order_lines.order_id = untaxed_by_order.order_id
    left join allocations_by_line
        on
            order_lines.source_instance = allocations_by_line.source_instance
            and order_lines.order_line_id = allocations_by_line.order_line_id
            and order_lines.delivery_rank = allocations_by_line.delivery_rank

),

paid as (

    select
        *,
        gross_amount - discount_amount as paid_amount
    from joined

),

taxed as (

    select
        *,
        case
            when not is_taxable or coalesce(is_gift_card_line, false) then 0
            -- the line's own price without tax, of the whole line or of one unit; a price with no more than half its
            -- value is neither
            when is_tax_included and pre_tax_amount between paid_amount * 0.5 and paid_amount then paid_amount - pre_tax_amount
            when is_tax_included and {{ times('pre_tax_amount', 'units') }} between paid_amount * 0.5 and paid_amount
                then paid_amount - {{ times('pre_tax_amount', 'units') }}
            -- else its share of the order's tax, by price; delivery bears the rest
            when is_tax_included then paid_amount * (order_tax_amount / nullif(order_total_amount, 0))
            else paid_amount * (order_tax_amount / nullif(order_total_amount - order_tax_amount, 0))
        end as unrounded_tax_amount
    from paid

),

final as (

    select
        'shopify|order_line|' || delivered_row_id as sales_line_id,
        delivery_rank,
        source_instance,
        order_line_id,
        order_id,
        variant_id,
        source_sku,
        line_fulfilment_status,
        units,
        gross_amount,
        discount_amount,
        {{ money('unrounded_tax_amount') }} as tax_amount,
        unfulfilled_units,
        is_gift_card_line,
        is_deleted,
        unreadable_columns,
        x_columns,
        has_order,
        is_superseded,
        customer_id,
        source_channel,
        source_location,
        currency_code,
        tax_country_code,
        is_tax_included,
        fulfilment_status,
        is_test,
        is_cancelled,
        is_voided,
        is_closed,
        is_preorder,
        ordered_at,
        business_on,
        landed_at
    from taxed

)

select * from final
