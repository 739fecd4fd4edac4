-- One row per promotion and SKU: a promotion of a whole category is one of each of its SKUs.
with

promotions as (

    select
        promotions.source_instance,
        promotions.promotion_id,
        promotions.promotion_name,
        promotions.promotion_kind,
        promotions.category,
        nullif(trim(promotions.source_sku), '') as source_sku,
        promotions.starts_on,
        promotions.ends_on,
        promotions.discount_rate,
        channels.channel_id
    from {{ ref('stg_planning__promotion') }} as promotions
    -- a promotion without a channel runs in all
    inner join {{ ref('channel') }} as channels
        on promotions.channel_id = channels.channel_id or nullif(trim(promotions.channel_id), '') is null
    where
        promotions.delivery_rank = 1
        and promotions.starts_on is not null
        and promotions.ends_on >= promotions.starts_on
        -- a discount of more than the price is a typing error
        and coalesce(promotions.discount_rate, 0) between 0 and 1

),

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}
    where source_system = 'planning'

),

skus as (

    select
        sku_id,
        category
    from {{ ref('dim_sku') }}

),

of_skus as (

    select
        promotions.*,
        sku_keys.sku_id
    from promotions
    inner join sku_keys
        on promotions.source_instance = sku_keys.source_instance and promotions.source_sku = sku_keys.source_sku
    where sku_keys.sku_id is not null

),

of_categories as (

    select
        promotions.*,
        skus.sku_id
    from promotions
    inner join skus on promotions.category = skus.category
    where promotions.source_sku is null

),

unioned as (

    select * from of_skus
    union all
    select * from of_categories

),

final as (

    select
        {{ key_of(['promotion_id', 'channel_id', 'sku_id']) }} as promotion_sku_id,
        promotion_id,
        promotion_name,
        promotion_kind,
        channel_id,
        sku_id,
        starts_on,
        ends_on,
        {{ share('discount_rate') }} as discount_rate
    from unioned

)

select * from final
