-- What came back, on the day it came back: lines that refund a line, returns that are lines of their own, and money that
-- was given back without a line.
with

refund_lines as (

    select * from {{ ref('int_shopify_refunds_counted') }}
    where rejection_reason is null

),

adjustments as (

    select * from {{ ref('int_shopify_adjustments_resolved') }}
    where rejection_reason is null

),

sales_lines as (

    select * from {{ ref('int_sales_resolved') }}
    where rejection_reason is null

),

-- read apart: an engine that keeps what is read twice would keep every line
return_lines as (

    select * from {{ ref('int_sales_resolved') }}
    where rejection_reason is null and source_system != 'shopify' and (returned_units != 0 or returned_amount != 0)

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

on_a_line as (

    select
        refund_lines.refund_line_id,
        'shopify' as source_system,
        refund_lines.source_instance,
        'order_line_refund' as source_table,
        'line' as refund_kind,
        refund_lines.order_id,
        refund_lines.sales_line_id,
        refund_lines.refund_id,
        refund_lines.source_sku,
        lines_sold.sku_id,
        lines_sold.channel_id,
        lines_sold.location_id,
        lines_sold.customer_id,
        lines_sold.business_on as sold_on,
        refund_lines.refunded_on,
        refund_lines.restock_type,
        refund_lines.is_restocked,
        refund_lines.source_units as refunded_units,
        lines_sold.currency_code,
        coalesce(refund_lines.source_amount, 0) as refunded_amount,
        refund_lines.tax_amount,
        lines_sold.is_tax_included,
        lines_sold.exchange_rate as sale_exchange_rate,
        refund_lines.source_units,
        refund_lines.source_amount
    from refund_lines
    inner join sales_lines as lines_sold on refund_lines.sales_line_id = lines_sold.sales_line_id

),

lines_of_their_own as (

    select
        sales_line_id as refund_line_id,
        source_system,
        source_instance,
        source_table,
        'return line' as refund_kind,
        order_id,
        sales_line_id,
        cast(null as {{ dbt.type_string() }}) as refund_id,
        source_sku,
        sku_id,
        channel_id,
        location_id,
        customer_id,
        -- the receipt of a return doesn't say what it returns
        cast(null as date) as sold_on,
        returned_on as refunded_on,
        'return' as restock_type,
        true as is_restocked,
        returned_units as refunded_units,
        currency_code,
        returned_amount as refunded_amount,
        returned_tax_amount as tax_amount,
        is_tax_included,
        exchange_rate as sale_exchange_rate,
        source_units,
        source_amount
    from return_lines

),

without_a_line as (

    select
        refund_line_id,
        'shopify' as source_system,
        source_instance,
        'order_adjustment' as source_table,
        coalesce(adjustment_kind, 'adjustment') as refund_kind,
        order_id,
        cast(null as {{ dbt.type_string() }}) as sales_line_id,
        refund_id,
        cast(null as {{ dbt.type_string() }}) as source_sku,
        cast(null as {{ dbt.type_string() }}) as sku_id,
        channel_id,
        location_id,
        customer_id,
        business_on as sold_on,
        adjusted_on as refunded_on,
        cast(null as {{ dbt.type_string() }}) as restock_type,
        false as is_restocked,
        {{ money('0') }} as refunded_units,
        currency_code,
        refunded_amount,
        refunded_tax_amount as tax_amount,
        -- the shop adds the tax of an adjustment to it
        false as is_tax_included,
        exchange_rate as sale_exchange_rate,
        {{ money('0') }} as source_units,
        source_amount
    from adjustments

),

unioned as (

    select * from on_a_line
    union all
    select * from lines_of_their_own
    union all
    select * from without_a_line

),

netted as (

    select
        unioned.*,
        {{ money('unioned.refunded_amount - case when unioned.is_tax_included then unioned.tax_amount else 0 end') }} as net_amount,
        -- money given back leaves at the rate of that day
        coalesce(rates.exchange_rate, unioned.sale_exchange_rate) as exchange_rate
    from unioned
    left join rates
        on unioned.currency_code = rates.currency_code and unioned.refunded_on = rates.valid_on

),

final as (

    select
        refund_line_id,
        source_system,
        source_instance,
        source_table,
        refund_kind,
        order_id,
        sales_line_id,
        refund_id,
        source_sku,
        sku_id,
        channel_id,
        location_id,
        customer_id,
        sold_on,
        refunded_on,
        restock_type,
        is_restocked,
        {{ money('refunded_units') }} as refunded_units,
        currency_code,
        {{ money('refunded_amount') }} as refunded_amount,
        is_tax_included,
        {{ money('tax_amount') }} as tax_amount,
        net_amount,
        '{{ var("reporting_currency") }}' as reporting_currency_code,
        exchange_rate,
        {{ money(times('refunded_amount', 'exchange_rate')) }} as refunded_reporting_amount,
        {{ money(times('net_amount', 'exchange_rate')) }} as net_reporting_amount,
        source_units,
        source_amount
    from netted

)

select * from final
