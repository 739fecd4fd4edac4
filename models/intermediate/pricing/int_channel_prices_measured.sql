-- One row per SKU and channel: what the channel's customers paid for one unit, after discounts and without tax, over the last weeks
-- in which it sold there by itself. What a kit's component costs its buyer is nobody's price.
with

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}
    where kit_sku_id is null and gross_units > 0 and paid_net_reporting_amount > 0

),

last_sales as (

    select
        sku_id,
        channel_id,
        max(business_on) as last_business_on
    from sales_lines
    group by sku_id, channel_id

),

recent as (

    select sales_lines.*
    from sales_lines
    inner join last_sales
        on
            sales_lines.sku_id = last_sales.sku_id
            and sales_lines.channel_id = last_sales.channel_id
            and sales_lines.business_on > {{ dbt.dateadd('day', -1 * var('price_window_days'), 'last_sales.last_business_on') }}

),

final as (

    select
        {{ key_of(['sku_id', 'channel_id']) }} as channel_price_id,
        sku_id,
        channel_id,
        {{ money('sum(paid_net_reporting_amount) / sum(gross_units)') }} as paid_price_amount
    from recent
    group by sku_id, channel_id

)

select * from final
