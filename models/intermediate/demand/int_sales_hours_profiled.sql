-- How the demand of a channel spreads over the hours of its day, from days that opened and closed with stock; and
-- whether its times tell when stock ran out: if the last sale of days that ran out comes no earlier than n random times
-- of the day would, orders are stamped in batches or when they are picked, and the hours tell nothing.
with

sales_lines as (

    select
        sku_id,
        channel_id,
        location_id,
        business_on,
        business_hour,
        gross_units
    from {{ ref('int_sales_exploded') }}
    where gross_units > 0

),

stock_states as (

    select * from {{ ref('int_stock_states_filled') }}
    where open_units > 0

),

hours as (
    {% for hour in range(24) %}
    select {{ hour }} as hour_of_day
    {{- " union all" if not loop.last }}
    {%- endfor %}

),

timed as (

    select
        sales_lines.*,
        stock_states.traded_to_units > 0 as is_in_stock
    from sales_lines
    inner join stock_states
        on
            sales_lines.sku_id = stock_states.sku_id
            and sales_lines.location_id = stock_states.location_id
            and sales_lines.business_on = stock_states.stock_on

),

channels as (

    select distinct channel_id from sales_lines

),

hourly as (

    select
        channel_id,
        business_hour,
        sum(gross_units) as sold_units
    from timed
    where is_in_stock
    group by channel_id, business_hour

),

dense as (

    select
        channels.channel_id,
        hours.hour_of_day,
        coalesce(hourly.sold_units, 0) as sold_units
    from channels
    cross join hours
    left join hourly on channels.channel_id = hourly.channel_id and hours.hour_of_day = hourly.business_hour

),

summed as (

    select
        channel_id,
        hour_of_day,
        sold_units,
        sum(sold_units) over (
            partition by channel_id order by hour_of_day
            rows between unbounded preceding and current row
        ) as sold_so_far_units,
        sum(sold_units) over (partition by channel_id) as all_sold_units
    from dense

),

-- without a sale in stock the clock must do
profiled as (

    select
        channel_id,
        hour_of_day,
        {{ share('case
            when all_sold_units > 0 then (sold_so_far_units - sold_units) / all_sold_units
            else hour_of_day / 24.0
        end') }} as before_share,
        -- what happened within the hour happened in its middle
        {{ share('case
            when all_sold_units > 0 then (sold_so_far_units - 0.5 * sold_units) / all_sold_units
            else (hour_of_day + 0.5) / 24.0
        end') }} as until_share
    from summed

),

run_outs as (

    select
        sku_id,
        channel_id,
        location_id,
        business_on,
        count(*) as line_count,
        max(business_hour) as last_hour
    from timed
    where not is_in_stock
    group by sku_id, channel_id, location_id, business_on

),

judged as (

    select
        run_outs.channel_id,
        count(*) as run_out_count,
        sum(profiled.until_share) as until_share_sum,
        -- the latest of n random times stands on average at n / (n + 1)
        sum({{ share('1.0 * run_outs.line_count / (run_outs.line_count + 1)') }}) as random_share_sum
    from run_outs
    inner join profiled
        on run_outs.channel_id = profiled.channel_id and run_outs.last_hour = profiled.hour_of_day
    where run_outs.line_count > 1
    group by run_outs.channel_id

),

final as (

    select
        {{ key_of(['profiled.channel_id', 'profiled.hour_of_day']) }} as channel_hour_id,
        profiled.channel_id,
        profiled.hour_of_day,
        profiled.before_share,
        profiled.until_share,
        coalesce(
            judged.run_out_count >= {{ var('run_out_hours_min_days') }}
            and judged.until_share_sum < {{ var('run_out_hours_max_lateness') }} * judged.random_share_sum,
            false
        ) as is_telling
    from profiled
    left join judged on profiled.channel_id = judged.channel_id

)

select * from final
