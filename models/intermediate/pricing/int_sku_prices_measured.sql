-- One row per SKU: what one unit brought before discounts and without tax over its last weeks of sales, to consumers; a
-- SKU that only wholesale buys has wholesale's price.
with

sales_lines as (

    select * from {{ ref('int_sales_resolved') }}
    where rejection_reason is null and gross_units > 0 and gross_amount > 0

),

channels as (

    select * from {{ ref('channel') }}

),

priced as (

    select
        sales_lines.sku_id,
        {{ money('sales_lines.gross_amount * sales_lines.exchange_rate * (
            1 - case when sales_lines.is_tax_included then sales_lines.tax_amount else 0 end
            / coalesce(nullif(sales_lines.gross_amount - sales_lines.discount_amount, 0), sales_lines.gross_amount)
        )') }} as gross_reporting_amount,
        sales_lines.gross_units,
        sales_lines.business_on,
        case when channels.channel_type = 'wholesale' then 1 else 0 end as is_wholesale
    from sales_lines
    left join channels on sales_lines.channel_id = channels.channel_id

),

chosen as (

    select
        *,
        min(is_wholesale) over (partition by sku_id) as chosen_is_wholesale
    from priced

),

recent as (

    select
        *,
        max(business_on) over (partition by sku_id) as last_business_on
    from chosen
    where is_wholesale = chosen_is_wholesale

),

final as (

    select
        sku_id,
        {{ money('sum(gross_reporting_amount) / sum(gross_units)') }} as unit_price_amount
    from recent
    where business_on > {{ dbt.dateadd('day', -1 * var('price_window_days'), 'last_business_on') }}
    group by sku_id

)

select * from final
