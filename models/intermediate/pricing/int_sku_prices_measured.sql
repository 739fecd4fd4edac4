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

sold as (

    select
        sales_lines.*,
        case when channels.channel_type = 'wholesale' then 1 else 0 end as is_wholesale
    from sales_lines
    left join channels on sales_lines.channel_id = channels.channel_id

),

last_sales as (

    select
        sku_id,
        is_wholesale,
        max(business_on) as last_business_on,
        row_number() over (partition by sku_id order by is_wholesale) as choice_rank
    from sold
    group by sku_id, is_wholesale

),

recent as (

    select
        sold.sku_id,
        sold.gross_units,
        {{ money('sold.gross_amount * sold.exchange_rate * (
            1 - case when sold.is_tax_included then sold.tax_amount else 0 end
            / coalesce(nullif(sold.gross_amount - sold.discount_amount, 0), sold.gross_amount)
        )') }} as gross_reporting_amount
    from sold
    inner join last_sales
        on
            sold.sku_id = last_sales.sku_id
            and sold.is_wholesale = last_sales.is_wholesale
            and sold.business_on > {{ dbt.dateadd('day', -1 * var('price_window_days'), 'last_sales.last_business_on') }}
    where last_sales.choice_rank = 1

),

final as (

    select
        sku_id,
        {{ money('sum(gross_reporting_amount) / sum(gross_units)') }} as unit_price_amount
    from recent
    group by sku_id

)

select * from final
