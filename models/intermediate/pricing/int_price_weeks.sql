-- One row per SKU, channel and week: demand, what was paid, and how much of the week was in stock. Weeks without a sale
-- carry the last price forward: they are evidence too.
with

demand as (

    select * from {{ ref('fct_demand_daily') }}

),

skus as (

    select
        sku_id,
        category
    from {{ ref('dim_sku') }}

),

days as (

    select
        date_on,
        week_starts_on
    from {{ ref('dim_date') }}

),

weekly as (

    select
        demand.sku_id,
        demand.channel_id,
        days.week_starts_on,
        sum(demand.demand_units) as demand_units,
        sum(demand.paid_price_amount * demand.sold_units) / nullif(sum(demand.sold_units), 0) as price_amount,
        sum(demand.list_price_amount * demand.sold_units) / nullif(sum(demand.sold_units), 0) as list_price_amount,
        sum(case when demand.is_promoted then demand.sold_units else 0 end) / nullif(sum(demand.sold_units), 0) as promotion_share,
        avg(demand.in_stock_share) as in_stock_share,
        count(distinct demand.demand_on) as day_count
    from demand
    inner join days on demand.demand_on = days.date_on
    group by demand.sku_id, demand.channel_id, days.week_starts_on

),

spans as (

    select
        *,
        -- each sale opens a span in which its price stands
        sum(case when price_amount is not null then 1 else 0 end) over (
            partition by sku_id, channel_id order by week_starts_on
            rows between unbounded preceding and current row
        ) as price_span
    from weekly

),

final as (

    select
        {{ key_of(['spans.sku_id', 'spans.channel_id', 'spans.week_starts_on']) }} as price_week_id,
        spans.sku_id,
        spans.channel_id,
        skus.category,
        spans.week_starts_on,
        spans.demand_units,
        max(spans.list_price_amount) over (partition by spans.sku_id, spans.channel_id, spans.price_span) as list_price_amount,
        -- a week without a sale was at the list price as far as anyone knows
        coalesce(
            spans.price_amount,
            max(spans.list_price_amount) over (partition by spans.sku_id, spans.channel_id, spans.price_span)
        ) as price_amount,
        coalesce(spans.promotion_share, 0) as promotion_share,
        spans.in_stock_share
    from spans
    inner join skus on spans.sku_id = skus.sku_id
    -- a week cut short at either end is no week
    where spans.day_count = 7 and spans.price_span > 0

)

select * from final
