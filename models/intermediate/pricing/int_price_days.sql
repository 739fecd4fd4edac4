-- One row per SKU, channel and day: demand, the list price that stood, and the discount on it. Days without a sale are
-- evidence too: they carry the list price of the nearest sale, and the discount that was planned.
with

demand as (

    select * from {{ ref('fct_demand_daily') }}

),

promotions as (

    select * from {{ ref('int_promotions_planned') }}

),

days as (

    select
        date_on,
        week_starts_on
    from {{ ref('dim_date') }}

),

daily as (

    select
        sku_id,
        channel_id,
        demand_on,
        -- what kits took had the kit's price
        sum(demand_units - kit_units) as demand_units,
        sum(sold_units) as sold_units,
        sum(list_price_amount * sold_units)
        / nullif(sum(case when list_price_amount is not null then sold_units end), 0) as list_price_amount,
        sum(paid_price_amount * sold_units)
        / nullif(sum(case when paid_price_amount is not null then sold_units end), 0) as paid_price_amount,
        max(case when is_promoted then 1 else 0 end) as is_discounted,
        {{ share('avg(in_stock_share)') }} as in_stock_share
    from demand
    group by sku_id, channel_id, demand_on

),

planned as (

    select
        promotions.sku_id,
        promotions.channel_id,
        days.date_on,
        max(promotions.discount_rate) as discount_rate
    from promotions
    inner join days on promotions.starts_on <= days.date_on and promotions.ends_on >= days.date_on
    group by promotions.sku_id, promotions.channel_id, days.date_on

),

numbered as (

    select
        *,
        list_price_amount is not null as is_sold,
        -- of the last sale so far
        sum(case when list_price_amount is not null then 1 else 0 end) over (
            partition by sku_id, channel_id order by demand_on
            rows between unbounded preceding and current row
        ) as sale_number
    from daily

),

neighbours as (

    select
        numbered.sku_id,
        numbered.channel_id,
        numbered.demand_on,
        numbered.demand_units,
        numbered.in_stock_share,
        numbered.is_discounted,
        numbered.paid_price_amount,
        last_sales.list_price_amount as last_price_amount,
        next_sales.list_price_amount as next_price_amount,
        last_sales.demand_on as last_sold_on,
        next_sales.demand_on as next_sold_on
    from numbered
    left join numbered as last_sales
        on
            numbered.sku_id = last_sales.sku_id
            and numbered.channel_id = last_sales.channel_id
            and numbered.sale_number = last_sales.sale_number
            and last_sales.is_sold
    left join numbered as next_sales
        on
            numbered.sku_id = next_sales.sku_id
            and numbered.channel_id = next_sales.channel_id
            and numbered.sale_number + case when numbered.is_sold then 0 else 1 end = next_sales.sale_number
            and next_sales.is_sold

),

filled as (

    select
        sku_id,
        channel_id,
        demand_on,
        demand_units,
        in_stock_share,
        is_discounted,
        -- the price of the nearer sale: carrying only forward would count idle days at a price that had gone
        case
            when last_price_amount is null then next_price_amount
            when
                next_price_amount is not null
                and {{ dbt.datediff('demand_on', 'next_sold_on', 'day') }}
                < {{ dbt.datediff('last_sold_on', 'demand_on', 'day') }}
                then next_price_amount
            else last_price_amount
        end as list_price_amount,
        case when is_discounted = 1 then 1 - paid_price_amount / list_price_amount end as paid_discount_rate
    from neighbours

),

final as (

    select
        {{ key_of(['filled.sku_id', 'filled.channel_id', 'filled.demand_on']) }} as price_day_id,
        filled.sku_id,
        filled.channel_id,
        filled.demand_on,
        days.week_starts_on,
        filled.demand_units,
        filled.in_stock_share,
        -- exact numbers, so that sums don't depend on their order
        {{ money('filled.list_price_amount') }} as list_price_amount,
        {{ share('coalesce(planned.discount_rate, filled.paid_discount_rate, 0)') }} as discount_rate,
        planned.discount_rate is not null or filled.is_discounted = 1 as is_promoted
    from filled
    inner join days on filled.demand_on = days.date_on
    left join planned
        on
            filled.sku_id = planned.sku_id
            and filled.channel_id = planned.channel_id
            and filled.demand_on = planned.date_on
    where filled.list_price_amount is not null

)

select * from final
