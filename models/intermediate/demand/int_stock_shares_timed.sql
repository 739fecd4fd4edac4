-- The share of a channel's demand that met stock, on days on which stock ran out or came in: from the hour at which it
-- came to the hour of the last sale, by the channel's hours. Where the hours don't tell, the var `partial_stock_day_share`
-- stands for the part of the day until stock ran out.
{{ config(materialized='view') }}

with

turns as (

    select
        *,
        cast({{ dbt.date_trunc('quarter', 'stock_on') }} as date) as quarter_starts_on
    from {{ ref('int_stock_turns_timed') }}

),

hours as (

    select * from {{ ref('int_sales_hours_profiled') }}

),

channels as (

    select
        channel_id,
        quarter_starts_on,
        is_telling
    from hours
    where hour_of_day = 0

),

bounded as (

    select
        turns.sku_id,
        channels.channel_id,
        turns.location_id,
        turns.stock_on,
        case
            when turns.open_units > 0 or turns.open_units is null then 0
            when turns.first_arrival_hour is not null then arrivals.before_share
            -- what a count found was booked at the close; it didn't meet the day's customers
            when turns.last_sale_hour is null then 1
            else 0
        end as from_share,
        case
            when turns.traded_to_units > 0 then 1
            when turns.has_departure then 1
            when turns.last_sale_hour is not null and channels.is_telling then last_sales.until_share
            when turns.last_sale_hour is not null then {{ var('partial_stock_day_share') }}
            -- what a count missed had gone before, and an empty shelf that nobody touched stayed empty
            when turns.is_counted_short or coalesce(turns.open_units, 0) <= 0 then 0
            else {{ var('partial_stock_day_share') }}
        end as until_share
    from turns
    inner join channels on turns.quarter_starts_on = channels.quarter_starts_on
    left join hours as arrivals
        on
            channels.channel_id = arrivals.channel_id
            and channels.quarter_starts_on = arrivals.quarter_starts_on
            and turns.first_arrival_hour = arrivals.hour_of_day
    left join hours as last_sales
        on
            channels.channel_id = last_sales.channel_id
            and channels.quarter_starts_on = last_sales.quarter_starts_on
            and turns.last_sale_hour = last_sales.hour_of_day

),

final as (

    select
        {{ key_of(['sku_id', 'channel_id', 'location_id', 'stock_on']) }} as stock_share_id,
        sku_id,
        channel_id,
        location_id,
        stock_on,
        {{ share('case when until_share > from_share then until_share - from_share else 0 end') }} as in_stock_share
    from bounded

)

select * from final
