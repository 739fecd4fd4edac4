-- One row per SKU, channel and full week: demand, the mean price over its days, and how much of it was on promotion and
-- in stock.
with

price_days as (

    select * from {{ ref('int_price_days') }}

),

skus as (

    select
        sku_id,
        category
    from {{ ref('dim_sku') }}

),

weekly as (

    select
        sku_id,
        channel_id,
        week_starts_on,
        sum(demand_units) as demand_units,
        avg(list_price_amount) as list_price_amount,
        avg({{ money('list_price_amount * (1 - discount_rate)') }}) as price_amount,
        avg(case when is_promoted then 1 else 0 end) as promotion_share,
        avg(in_stock_share) as in_stock_share,
        count(*) as day_count
    from price_days
    group by sku_id, channel_id, week_starts_on

),

final as (

    select
        {{ key_of(['weekly.sku_id', 'weekly.channel_id', 'weekly.week_starts_on']) }} as price_week_id,
        weekly.sku_id,
        weekly.channel_id,
        skus.category,
        weekly.week_starts_on,
        weekly.demand_units,
        {{ share('weekly.list_price_amount') }} as list_price_amount,
        {{ share('weekly.price_amount') }} as price_amount,
        {{ share('weekly.promotion_share') }} as promotion_share,
        {{ share('weekly.in_stock_share') }} as in_stock_share
    from weekly
    inner join skus on weekly.sku_id = skus.sku_id
    -- a week cut short at either end is no week
    where weekly.day_count = 7

)

select * from final
