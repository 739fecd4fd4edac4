-- Order lines of the marketplace. Amazon's order feed holds no returns. A pending order isn't paid: it is committed, not
-- sold. Of a cancelled order only what had shipped counts.
{{ config(materialized='incremental', unique_key='sales_line_id') }}
{%- set renewed_at = latest_of(['order_items.landed_at', ('orders.landed_at', 'orders.order_id')]) %}

with

order_items as (

    select * from {{ ref('stg_amazon__order_item') }}

),

orders as (

    select
        *,
        {{ regex_replace('lower(order_status)', '[^a-z]', '') }} as order_state
    from {{ ref('stg_amazon__orders') }}
    where delivery_rank = 1

),

currencies as (

    -- an order that isn't paid may not say its currency; where a marketplace has one only, it is that
    select
        source_instance,
        source_channel,
        min(currency_code) as currency_code
    from orders
    where currency_code is not null
    group by source_instance, source_channel
    having count(distinct currency_code) = 1

),

joined as (

    select
        order_items.*,
        orders.order_id as found_order_id,
        orders.source_channel,
        orders.fulfilment_channel,
        coalesce(orders.currency_code, currencies.currency_code) as currency_code,
        orders.ship_country_code,
        orders.ordered_at,
        orders.ordered_on,
        coalesce(orders.order_state, '') as order_state,
        coalesce(order_items.is_deleted, false) or coalesce(orders.is_deleted, false) as is_deleted_somewhere,
        coalesce(order_items.shipped_units, 0) as sent_units,
        {{ renewed_at }} as renewed_at
    from order_items
    left join orders
        on order_items.source_instance = orders.source_instance and order_items.order_id = orders.order_id
    left join currencies
        on orders.source_instance = currencies.source_instance and orders.source_channel = currencies.source_channel
    {%- if is_incremental() %}
    where
        {{ is_renewed(renewed_at, [ref('stg_amazon__order_item')], 'order_items.source_instance') | indent(8) }}
        or orders.currency_code is null
    {%- endif %}

),

recognised as (

    select
        *,
        case
            when order_state in ('canceled', 'cancelled', 'pending', 'pendingavailability', 'unfulfillable') then sent_units
            when '{{ var("sales_recognition") }}' = 'shipped' then sent_units
            else units
        end as sold_units,
        case
            when units <= sent_units then 0
            when order_state in ('pending', 'pendingavailability', 'unshipped', 'partiallyshipped', 'invoiceunconfirmed')
                then units - sent_units
            else 0
        end as open_units
    from joined

),

final as (

    select
        'amazon|order_item|' || delivered_row_id as sales_line_id,
        'amazon' as source_system,
        source_instance,
        'order_item' as source_table,
        order_id,
        order_item_id as line_id,
        coalesce(nullif(trim(source_sku), ''), asin) as source_sku,
        case when nullif(trim(source_sku), '') is null then 'asin' else 'sku' end as sku_key_type,
        asin as source_item_id,
        source_channel,
        fulfilment_channel,
        cast(null as {{ dbt.type_string() }}) as source_location,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        currency_code,
        ordered_at,
        ordered_on as business_on,
        cast(null as date) as returned_on,
        units as source_units,
        gross_amount as source_amount,
        {{ money('sold_units') }} as gross_units,
        {{ money('0') }} as returned_units,
        {{ money('case when sold_units = 0 then 0 else gross_amount * (sold_units / nullif(units, 0)) end') }} as gross_amount,
        {{ money('case when sold_units = 0 then 0 else coalesce(discount_amount, 0) * coalesce(sold_units / nullif(units, 0), 1) end') }}
            as discount_amount,
        {{ money('0') }} as returned_amount,
        {{ money('case when sold_units = 0 then 0 else tax_amount * (sold_units / nullif(units, 0)) end') }} as tax_amount,
        {{ money('0') }} as returned_tax_amount,
        {{ prices_include_tax('amazon') }} as is_tax_included,
        ship_country_code as tax_country_code,
        {{ money('units') }} as ordered_units,
        {{ money('open_units') }} as open_units,
        {{ money('0') }} as backordered_units,
        cast(null as date) as expected_on,
        renewed_at as landed_at,
        unreadable_columns,
        x_columns,
        case
            when unreadable_columns is not null then 'unreadable value'
            when order_item_id is null then 'missing key'
            when delivery_rank > 1 then 'repeated delivery'
            when is_deleted_somewhere then 'deleted at the source'
            when found_order_id is null then 'line without its order'
            when order_state in ('canceled', 'cancelled', 'unfulfillable') and sent_units = 0 then 'cancelled order'
            when units is null or units <= 0 then 'quantity is not positive'
            when gross_amount is null and sold_units > 0 then 'no price'
        end as rejection_reason
    from recognised

)

select * from final
