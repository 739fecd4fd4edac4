-- One row per SKU and channel: what the channel's customers paid for one unit, after discounts and without tax, over the last weeks
-- in which it sold there by itself. What a kit's component costs its buyer is nobody's price.
with

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}
    where kit_sku_id is null and gross_units > 0 and paid_net_reporting_amount > 0

),

recent as (

    select
        sku_id,
        channel_id,
        business_on,
        gross_units,
        paid_net_reporting_amount,
        max(business_on) over (partition by sku_id, channel_id) as last_business_on
    from sales_lines

),

final as (

    select
        {{ key_of(['sku_id', 'channel_id']) }} as channel_price_id,
        sku_id,
        channel_id,
        {{ money('sum(paid_net_reporting_amount) / sum(gross_units)') }} as paid_price_amount
    from recent
    where business_on > {{ dbt.dateadd('day', -1 * var('price_window_days'), 'last_business_on') }}
    group by sku_id, channel_id

)

select * from final
