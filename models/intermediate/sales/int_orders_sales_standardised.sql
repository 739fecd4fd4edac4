-- Order lines in the project's own contract. A negative line of a cancellation is a return; a negative line of any
-- other order is a stock correction, not a sale.
{{ config(materialized='incremental', unique_key='sales_line_id') }}

with

order_lines as (

    select
        *,
        {{ money(times('coalesce(units, 0)', 'coalesce(unit_price_amount, 0)')) }} as line_amount,
        upper(substr(order_id, 1, 1)) = '{{ var("orders_cancellation_prefix") }}' as is_cancellation
    from {{ ref('stg_orders__order_line') }}
    {%- if is_incremental() %}
    where {{ is_renewed('landed_at', [ref('stg_orders__order_line')]) }}
    {%- endif %}

),

non_products as (

    select * from {{ ref('int_non_products_matched') }}

),

keyed as (

    select
        order_lines.*,
        non_products.reason as non_product_reason
    from order_lines
    left join non_products on order_lines.source_sku = non_products.source_sku

),

final as (

    select
        'orders|order_line|' || delivered_row_id as sales_line_id,
        'orders' as source_system,
        source_instance,
        'order_line' as source_table,
        order_id,
        coalesce(line_id, delivered_row_id) as line_id,
        source_sku,
        'sku' as sku_key_type,
        cast(null as {{ dbt.type_string() }}) as source_item_id,
        source_channel,
        cast(null as {{ dbt.type_string() }}) as fulfilment_channel,
        source_location,
        customer_hash as customer_id,
        coalesce(currency_code, '{{ var("reporting_currency") }}') as currency_code,
        ordered_at,
        ordered_on as business_on,
        case when units < 0 then ordered_on end as returned_on,
        units as source_units,
        line_amount as source_amount,
        {{ money('case when units > 0 then units else 0 end') }} as gross_units,
        {{ money('case when units < 0 then -units else 0 end') }} as returned_units,
        {{ money('case when units > 0 then line_amount else 0 end') }} as gross_amount,
        {{ money('case when units > 0 then coalesce(discount_amount, 0) else 0 end') }} as discount_amount,
        {{ money('case when units < 0 then -line_amount else 0 end') }} as returned_amount,
        cast(null as {{ type_money() }}) as tax_amount,
        cast(null as {{ type_money() }}) as returned_tax_amount,
        {{ prices_include_tax('orders') }} as is_tax_included,
        cast(null as {{ dbt.type_string() }}) as tax_country_code,
        {{ money('case when units > 0 then units else 0 end') }} as ordered_units,
        {{ money('0') }} as open_units,
        {{ money('0') }} as backordered_units,
        cast(null as date) as expected_on,
        landed_at,
        unreadable_columns,
        x_columns,
        case
            when unreadable_columns is not null then 'unreadable value'
            when order_id is null then 'missing key'
            when delivery_rank > 1 and '{{ var("orders_identical_lines") }}' = 'quarantine' then 'repeated delivery'
            when non_product_reason is not null then 'not a product: ' || non_product_reason
            when units is null or units = 0 then 'quantity is not positive'
            when units < 0 and not is_cancellation then 'stock correction, not a sale'
            when unit_price_amount is null or unit_price_amount = 0 then 'no price'
            when unit_price_amount < 0 then 'negative price'
        end as rejection_reason
    from keyed

)

select * from final
