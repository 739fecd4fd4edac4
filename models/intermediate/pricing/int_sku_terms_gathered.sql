-- One row per SKU: what it is bought for and on which terms, and what it is sold for where it sells most. A price in the
-- reporting currency goes first, then a consumer's before wholesale's: the price must not change with an exchange rate.
with

skus as (

    select * from {{ ref('dim_sku') }}

),

prices as (

    select * from {{ ref('int_channel_prices_listed') }}

),

channels as (

    select * from {{ ref('channel') }}

),

ranked as (

    select
        prices.*,
        row_number() over (
            partition by prices.sku_id
            order by
                case when prices.currency_code = '{{ var("reporting_currency") }}' then 0 else 1 end asc,
                case when channels.channel_type = 'wholesale' then 1 else 0 end asc,
                prices.sold_units desc,
                prices.channel_price_id asc
        ) as price_rank
    from prices
    left join channels on prices.channel_id = channels.channel_id

),

final as (

    select
        skus.sku_id,
        ranked.channel_id as price_channel_id,
        ranked.currency_code,
        ranked.list_price_amount,
        ranked.paid_price_amount,
        skus.unit_cost_amount,
        skus.supplier_id,
        skus.agreed_lead_time_days,
        skus.minimum_order_units,
        skus.case_pack_units
    from skus
    left join ranked on skus.sku_id = ranked.sku_id and ranked.price_rank = 1

)

select * from final
