-- What the sales and ledger tables delivered per shop or account, day and currency: rows, units and money as the source
-- wrote them. It is counted where every delivered row still stands, whether it counts or not; the test
-- `assert_standardising_loses_nothing` holds these sums against staging.
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
    from {{ ref('int_sales_unioned') }}
    group by source_system, source_instance, source_table, business_on, currency_code

),

-- orders hold no money that their lines don't hold; shares of discounts do
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
    group by source_system, source_instance, source_table, business_on, currency_code
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

refund_lines as (

    select
        'shopify' as source_system,
        source_instance,
        'order_line_refund' as source_table,
        refunded_on as occurred_on,
        currency_code,
        count(*) as row_count,
        sum(source_units) as source_units,
        sum(source_amount) as source_amount
    from {{ ref('int_shopify_refunds_standardised') }}
    group by source_instance, refunded_on, currency_code

),

adjustments as (

    select
        'shopify' as source_system,
        source_instance,
        'order_adjustment' as source_table,
        adjusted_on as occurred_on,
        currency_code,
        count(*) as row_count,
        {{ money('0') }} as source_units,
        sum(source_amount) as source_amount
    from {{ ref('int_shopify_adjustments_resolved') }}
    group by source_instance, adjusted_on, currency_code

),

ledger_lines as (

    select
        source_instance,
        transacted_on,
        currency_code,
        source_units,
        source_amount
    from {{ ref('int_netsuite_lines_standardised') }}
    union all
    select
        source_instance,
        transacted_on,
        currency_code,
        source_units,
        source_amount
    from {{ ref('int_netsuite_lines_unused') }}

),

unioned as (

    select * from sales_lines
    union all
    select * from beside_lines
    union all
    select * from refund_lines
    union all
    select * from adjustments
    union all
    select
        'netsuite' as source_system,
        source_instance,
        'transactionline' as source_table,
        transacted_on as occurred_on,
        currency_code,
        1 as row_count,
        source_units,
        source_amount
    from ledger_lines

),

final as (

    select
        {{ key_of(['source_system', 'source_table', 'source_instance', 'occurred_on', 'currency_code']) }} as source_total_id,
        source_system,
        source_instance,
        source_table,
        occurred_on,
        currency_code,
        cast(sum(row_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ money('coalesce(sum(source_units), 0)') }} as source_units,
        {{ money('coalesce(sum(source_amount), 0)') }} as source_amount
    from unioned
    group by source_system, source_instance, source_table, occurred_on, currency_code

)

select * from final
