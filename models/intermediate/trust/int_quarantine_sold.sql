-- Every source row of sales, refunds and marketing that can't count, with its reason and what it holds.
with

sales_lines as (

    select
        sales_line_id as source_row_id,
        source_system,
        source_instance,
        source_table,
        'sales' as topic,
        business_on as occurred_on,
        source_channel,
        source_sku,
        source_units,
        currency_code,
        source_amount,
        {{ money(times('source_amount', 'exchange_rate')) }} as stake_reporting_amount,
        rejection_reason,
        rejection_detail
    from {{ ref('int_sales_resolved') }}
    where rejection_reason is not null

),

refund_lines as (

    select
        refund_line_id as source_row_id,
        'shopify' as source_system,
        source_instance,
        'order_line_refund' as source_table,
        'sales' as topic,
        refunded_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as source_channel,
        source_sku,
        source_units,
        currency_code,
        source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        'order line ' || coalesce(order_line_id, '') as rejection_detail
    from {{ ref('int_shopify_refunds_counted') }}
    where rejection_reason is not null

),

adjustments as (

    select
        refund_line_id as source_row_id,
        'shopify' as source_system,
        source_instance,
        'order_adjustment' as source_table,
        'sales' as topic,
        adjusted_on as occurred_on,
        source_channel,
        cast(null as {{ dbt.type_string() }}) as source_sku,
        cast(null as {{ type_money() }}) as source_units,
        currency_code,
        source_amount,
        {{ money(times('source_amount', 'exchange_rate')) }} as stake_reporting_amount,
        rejection_reason,
        'order ' || coalesce(order_id, '') as rejection_detail
    from {{ ref('int_shopify_adjustments_resolved') }}
    where rejection_reason is not null

),

-- an order holds no units and no money that its lines don't hold
order_heads as (
    {% for system in ['shopify', 'amazon'] %}
    select
        order_row_id as source_row_id,
        source_system,
        source_instance,
        source_table,
        'sales' as topic,
        business_on as occurred_on,
        source_channel,
        cast(null as {{ dbt.type_string() }}) as source_sku,
        cast(null as {{ type_money() }}) as source_units,
        currency_code,
        cast(null as {{ type_money() }}) as source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        'order ' || coalesce(order_id, '') as rejection_detail
    from {{ ref('int_' ~ system ~ '_orders_standardised') }}
    where rejection_reason is not null
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

allocations as (

    select
        allocation_row_id as source_row_id,
        source_system,
        source_instance,
        source_table,
        'sales' as topic,
        business_on as occurred_on,
        source_channel,
        cast(null as {{ dbt.type_string() }}) as source_sku,
        cast(null as {{ type_money() }}) as source_units,
        currency_code,
        source_amount,
        cast(null as {{ type_money() }}) as stake_reporting_amount,
        rejection_reason,
        'order line ' || coalesce(order_line_id, '') as rejection_detail
    from {{ ref('int_shopify_allocations_standardised') }}
    where rejection_reason is not null

),

marketing_rows as (

    select
        marketing_row_id as source_row_id,
        platform as source_system,
        source_instance,
        source_table,
        'marketing' as topic,
        active_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as source_channel,
        cast(null as {{ dbt.type_string() }}) as source_sku,
        cast(null as {{ type_money() }}) as source_units,
        currency_code,
        spend_amount as source_amount,
        {{ money(times('spend_amount', 'exchange_rate')) }} as stake_reporting_amount,
        rejection_reason,
        rejection_detail
    from {{ ref('int_marketing_resolved') }}
    where rejection_reason is not null

),

final as (

    select * from sales_lines
    union all
    select * from refund_lines
    union all
    select * from adjustments
    union all
    select * from order_heads
    union all
    select * from allocations
    union all
    select * from marketing_rows

)

select * from final
