-- What the sales and refund facts hold of each source table per shop or account, day and currency: rows, units and money
-- as the source wrote them.
with

sales_lines as (

    select
        source_system,
        source_instance,
        source_table,
        business_on as occurred_on,
        currency_code,
        count(*) as row_count,
        sum(source_units) as source_units,
        sum(source_amount) as source_amount
    from {{ ref('fct_sales') }}
    group by source_system, source_instance, source_table, business_on, currency_code

),

-- returns that are lines of their own are in the sales already
refunds as (

    select
        source_system,
        source_instance,
        source_table,
        refunded_on as occurred_on,
        currency_code,
        count(*) as row_count,
        sum(source_units) as source_units,
        sum(source_amount) as source_amount
    from {{ ref('fct_refunds') }}
    where source_table in ('order_line_refund', 'order_adjustment')
    group by source_system, source_instance, source_table, refunded_on, currency_code

),

-- an order has no money of its own: its lines, refunds and delivery take day, currency and tax from it; a share of a
-- discount is in the line's own discount
beside_lines as (
    {%- for model, amount in [
        ('int_shopify_orders_standardised', '0'),
        ('int_amazon_orders_standardised', '0'),
        ('int_shopify_allocations_standardised', 'sum(source_amount)'),
    ] %}

    select
        source_system,
        source_instance,
        source_table,
        business_on as occurred_on,
        currency_code,
        count(*) as row_count,
        {{ money('0') }} as source_units,
        {{ money(amount) }} as source_amount
    from {{ ref(model) }}
    where rejection_reason is null
    group by source_system, source_instance, source_table, business_on, currency_code
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

unioned as (

    select * from sales_lines
    union all
    select * from refunds
    union all
    select * from beside_lines

),

final as (

    select
        {{ key_of(['source_system', 'source_table', 'source_instance', 'occurred_on', 'currency_code']) }} as fact_total_id,
        source_system,
        source_instance,
        source_table,
        occurred_on,
        currency_code,
        cast(row_count as {{ dbt.type_bigint() }}) as row_count,
        {{ money('coalesce(source_units, 0)') }} as source_units,
        {{ money('coalesce(source_amount, 0)') }} as source_amount
    from unioned

)

select * from final
