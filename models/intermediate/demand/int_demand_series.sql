-- What is forecast: one row per SKU, channel and location that is on sale or about to be. A launch without a sale stands
-- where its like item sells, or where most of its category does.
with

demand as (

    select * from {{ ref('fct_demand_daily') }}

),

skus as (

    select * from {{ ref('dim_sku') }}

),

channels as (

    select * from {{ ref('dim_channel') }}

),

relations as (

    select
        sku_id,
        related_sku_id,
        relation,
        weight_share
    from {{ ref('bridge_sku_relation') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

-- whom a SKU resembles: who it replaces, or whom people say it is like
resembled as (

    select
        related_sku_id as sku_id,
        sku_id as like_sku_id,
        weight_share
    from relations
    where relation = 'successor'
    union all
    select
        sku_id,
        related_sku_id as like_sku_id,
        weight_share
    from relations
    where relation = 'like_item'

),

alike as (

    select
        sku_id,
        like_sku_id,
        row_number() over (partition by sku_id order by weight_share desc, like_sku_id asc) as like_rank
    from resembled

),

sold as (

    select
        sku_id,
        channel_id,
        location_id,
        min(demand_on) as history_from_on,
        max(case when sold_units > 0 then demand_on end) as last_sold_on
    from demand
    group by sku_id, channel_id, location_id

),

selling as (

    select sold.*
    from sold
    cross join cut_off
    -- what hasn't sold for a year has no demand left, whatever the shop lists
    where sold.last_sold_on > {{ dbt.dateadd('day', -1 * var('forecast_dormant_days'), 'cut_off.cut_off_on') }}

),

launching as (

    select
        skus.sku_id,
        skus.category,
        skus.launch_on,
        alike.like_sku_id
    from skus
    cross join cut_off
    left join alike on skus.sku_id = alike.sku_id and alike.like_rank = 1
    left join (select distinct sku_id from sold) as ever_sold on skus.sku_id = ever_sold.sku_id
    where
        ever_sold.sku_id is null
        and not skus.is_kit
        and skus.launch_on > {{ dbt.dateadd('day', -1 * var('new_item_days'), 'cut_off.cut_off_on') }}
        and skus.launch_on <= {{ dbt.dateadd('day', var('forecast_horizon_days'), 'cut_off.cut_off_on') }}

),

places_of_categories as (

    select
        skus.category,
        selling.channel_id,
        selling.location_id,
        count(*) as sku_count
    from selling
    inner join skus on selling.sku_id = skus.sku_id
    group by skus.category, selling.channel_id, selling.location_id

),

skus_of_categories as (

    select
        skus.category,
        count(distinct selling.sku_id) as sku_count
    from selling
    inner join skus on selling.sku_id = skus.sku_id
    group by skus.category

),

launched_like as (

    select
        launching.sku_id,
        selling.channel_id,
        selling.location_id,
        launching.launch_on
    from launching
    inner join selling on launching.like_sku_id = selling.sku_id

),

launched_as_category as (

    select
        launching.sku_id,
        places_of_categories.channel_id,
        places_of_categories.location_id,
        launching.launch_on
    from launching
    left join (select distinct sku_id from launched_like) as placed on launching.sku_id = placed.sku_id
    inner join places_of_categories on launching.category = places_of_categories.category
    inner join skus_of_categories on launching.category = skus_of_categories.category
    where placed.sku_id is null and 2 * places_of_categories.sku_count >= skus_of_categories.sku_count

),

unioned as (

    select
        sku_id,
        channel_id,
        location_id,
        history_from_on,
        cast(null as date) as launch_on
    from selling
    union all
    select
        sku_id,
        channel_id,
        location_id,
        cast(null as date) as history_from_on,
        launch_on
    from launched_like
    union all
    select
        sku_id,
        channel_id,
        location_id,
        cast(null as date) as history_from_on,
        launch_on
    from launched_as_category

),

final as (

    select
        {{ key_of(['unioned.sku_id', 'unioned.channel_id', 'unioned.location_id']) }} as series_id,
        unioned.sku_id,
        unioned.channel_id,
        unioned.location_id,
        unioned.history_from_on,
        unioned.launch_on,
        -- the total that shares a season, events and drivers
        {{ key_of(['skus.category', 'unioned.channel_id']) }} as forecast_group,
        coalesce(channels.country_code, '') as calendar_code,
        alike.like_sku_id,
        coalesce(skus.category, '') as static_category,
        coalesce(skus.subcategory, '') as static_subcategory,
        unioned.channel_id as static_channel,
        unioned.location_id as static_location,
        coalesce(skus.season, '') as static_season,
        cast(ln(case when skus.unit_price_amount > 0 then skus.unit_price_amount else 1 end) as {{ dbt.type_float() }}) as static_log_price,
        'all' as level_total,
        coalesce(skus.category, '') as level_category,
        unioned.channel_id as level_channel,
        unioned.location_id as level_location
    from unioned
    inner join skus on unioned.sku_id = skus.sku_id
    inner join channels on unioned.channel_id = channels.channel_id
    left join alike on unioned.sku_id = alike.sku_id and alike.like_rank = 1

)

select * from final
