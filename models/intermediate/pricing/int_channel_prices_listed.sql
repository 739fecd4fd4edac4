-- One row per SKU, channel and currency: what one unit cost the customer on the last day on which it sold there, before
-- and after discounts, with the tax that the shop's prices contain. Of several prices on that day it is the one that most
-- units had. A price as charged stays put between two changes, where an average over weeks would change every day.
with

sales_lines as (

    select * from {{ ref('int_sales_resolved') }}
    where rejection_reason is null and gross_units > 0 and gross_amount > 0

),

cut_off as (

    select * from {{ ref('int_sales_cut_off') }}

),

last_sales as (

    select
        sales_lines.sku_id,
        sales_lines.channel_id,
        sales_lines.currency_code,
        max(sales_lines.business_on) as last_sold_on,
        sum(sales_lines.gross_units) as sold_units
    from sales_lines
    inner join cut_off on sales_lines.business_on <= cut_off.cut_off_on
    group by sales_lines.sku_id, sales_lines.channel_id, sales_lines.currency_code

),

priced as (

    select
        last_sales.*,
        sales_lines.gross_units,
        {{ money('sales_lines.gross_amount / sales_lines.gross_units') }} as list_price_amount,
        {{ money('(sales_lines.gross_amount - coalesce(sales_lines.discount_amount, 0)) / sales_lines.gross_units') }} as paid_price_amount
    from sales_lines
    inner join last_sales
        on
            sales_lines.sku_id = last_sales.sku_id
            and sales_lines.channel_id = last_sales.channel_id
            and sales_lines.currency_code = last_sales.currency_code
            and sales_lines.business_on = last_sales.last_sold_on

),

counted as (

    select
        sku_id,
        channel_id,
        currency_code,
        last_sold_on,
        sold_units,
        list_price_amount,
        paid_price_amount,
        sum(gross_units) as price_units
    from priced
    group by sku_id, channel_id, currency_code, last_sold_on, sold_units, list_price_amount, paid_price_amount

),

ranked as (

    select
        *,
        row_number() over (
            partition by sku_id, channel_id, currency_code
            order by price_units desc, list_price_amount desc, paid_price_amount desc
        ) as price_rank
    from counted

),

final as (

    select
        {{ key_of(['sku_id', 'channel_id', 'currency_code']) }} as channel_price_id,
        sku_id,
        channel_id,
        currency_code,
        list_price_amount,
        paid_price_amount,
        last_sold_on,
        {{ money('sold_units') }} as sold_units
    from ranked
    where price_rank = 1

)

select * from final
