-- Which row of the seed `demand_recapture` counts for a channel and category: the narrowest.
with

shares as (

    select * from {{ ref('demand_recapture') }}

),

channels as (

    select
        channel_id,
        channel_type
    from {{ ref('channel') }}

),

categories as (

    select distinct coalesce(category, '') as category from {{ ref('dim_sku') }}

),

candidates as (

    select
        channels.channel_id,
        categories.category,
        shares.other_channel_share,
        shares.other_sku_share,
        row_number() over (
            partition by channels.channel_id, categories.category
            order by
                case when shares.channel_type = '*' then 1 else 0 end,
                case when shares.category = '*' then 1 else 0 end
        ) as narrowness_rank
    from channels
    cross join categories
    inner join shares
        on
            shares.channel_type in (channels.channel_type, '*')
            and shares.category in (categories.category, '*')

),

final as (

    select
        {{ key_of(['channel_id', 'category']) }} as recapture_id,
        channel_id,
        category,
        {{ share('other_channel_share') }} as other_channel_share,
        {{ share('other_sku_share') }} as other_sku_share
    from candidates
    where narrowness_rank = 1

)

select * from final
