-- How the demand of a channel spreads over the hours of its day, but for days that a record of stock shows short; and
-- whether its times tell when stock ran out: if the last sale of days that ran out comes no earlier than n random times
-- of the day would, orders are stamped in batches or when they are picked, and the hours tell nothing. A quarter has the
-- profile of all quarters before it, the first two that of both, and what was worked out about stock without a record
-- changes none: so what sells today doesn't restate last year.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='channel_hour_id',
    meta={'restated_scope': 'all', 'restated_on': 'quarter_starts_on', 'restated_keys': []}
) }}

with

timed as (

    select
        channel_id,
        cast({{ dbt.date_trunc('quarter', 'business_on') }} as date) as quarter_starts_on,
        business_on,
        sku_id,
        location_id,
        business_hour,
        sold_units,
        line_count,
        has_run_out,
        is_recorded_short
    from {{ ref('int_sales_hours_timed') }}

),

hours as (
    {% for hour in range(24) %}
    select {{ hour }} as hour_of_day
    {{- " union all" if not loop.last }}
    {%- endfor %}

),

channels as (

    select distinct channel_id from timed

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

sold_quarters as (

    select
        quarter_starts_on,
        row_number() over (order by quarter_starts_on) as quarter_number
    from timed
    group by quarter_starts_on

),

quarters as (

    select distinct cast({{ dbt.date_trunc('quarter', 'days.date_on') }} as date) as quarter_starts_on
    from {{ ref('int_calendar_days') }} as days
    inner join cut_off on days.date_on <= cut_off.cut_off_on

),

-- up to which quarter a quarter's profile looks back
lookbacks as (

    select
        quarters.quarter_starts_on,
        max(sold_quarters.quarter_starts_on) as last_quarter_starts_on
    from quarters
    inner join sold_quarters
        on
            quarters.quarter_starts_on > sold_quarters.quarter_starts_on
            or sold_quarters.quarter_number <= 2
    group by quarters.quarter_starts_on

),

hourly as (

    select
        channel_id,
        quarter_starts_on,
        business_hour,
        sum(sold_units) as sold_units
    from timed
    where not is_recorded_short
    group by channel_id, quarter_starts_on, business_hour

),

looked_back as (

    select
        hourly.channel_id,
        lookbacks.quarter_starts_on,
        hourly.business_hour,
        sum(hourly.sold_units) as sold_units
    from lookbacks
    inner join hourly on lookbacks.last_quarter_starts_on >= hourly.quarter_starts_on
    group by hourly.channel_id, lookbacks.quarter_starts_on, hourly.business_hour

),

dense as (

    select
        channels.channel_id,
        quarters.quarter_starts_on,
        hours.hour_of_day,
        coalesce(looked_back.sold_units, 0) as sold_units
    from channels
    cross join quarters
    cross join hours
    left join looked_back
        on
            channels.channel_id = looked_back.channel_id
            and quarters.quarter_starts_on = looked_back.quarter_starts_on
            and hours.hour_of_day = looked_back.business_hour

),

summed as (

    select
        channel_id,
        quarter_starts_on,
        hour_of_day,
        sold_units,
        sum(sold_units) over (
            partition by channel_id, quarter_starts_on order by hour_of_day
            rows between unbounded preceding and current row
        ) as sold_so_far_units,
        sum(sold_units) over (partition by channel_id, quarter_starts_on) as all_sold_units
    from dense

),

-- without a sale in stock the clock must do
profiled as (

    select
        channel_id,
        quarter_starts_on,
        hour_of_day,
        -- to the hundredth: one late line must not restate a quarter
        {{ share('round(case
            when all_sold_units > 0 then (sold_so_far_units - sold_units) / all_sold_units
            else hour_of_day / 24.0
        end, 2)') }} as before_share,
        -- what happened within the hour happened in its middle
        {{ share('round(case
            when all_sold_units > 0 then (sold_so_far_units - 0.5 * sold_units) / all_sold_units
            else (hour_of_day + 0.5) / 24.0
        end, 2)') }} as until_share
    from summed

),

run_outs as (

    select
        sku_id,
        channel_id,
        location_id,
        business_on,
        quarter_starts_on,
        sum(line_count) as line_count,
        max(business_hour) as last_hour
    from timed
    where has_run_out
    group by sku_id, channel_id, location_id, business_on, quarter_starts_on

),

run_out_quarters as (

    select
        channel_id,
        quarter_starts_on,
        last_hour,
        count(*) as run_out_count,
        -- the latest of n random times stands on average at n / (n + 1)
        sum({{ share('1.0 * line_count / (line_count + 1)') }}) as random_share_sum
    from run_outs
    where line_count > 1
    group by channel_id, quarter_starts_on, last_hour

),

judged as (

    select
        run_out_quarters.channel_id,
        lookbacks.quarter_starts_on,
        sum(run_out_quarters.run_out_count) as run_out_count,
        sum(run_out_quarters.run_out_count * profiled.until_share) as until_share_sum,
        sum(run_out_quarters.random_share_sum) as random_share_sum
    from lookbacks
    inner join run_out_quarters on lookbacks.last_quarter_starts_on >= run_out_quarters.quarter_starts_on
    inner join profiled
        on
            run_out_quarters.channel_id = profiled.channel_id
            and lookbacks.quarter_starts_on = profiled.quarter_starts_on
            and run_out_quarters.last_hour = profiled.hour_of_day
    group by run_out_quarters.channel_id, lookbacks.quarter_starts_on

),

final as (

    select
        {{ key_of(['profiled.channel_id', 'profiled.quarter_starts_on', 'profiled.hour_of_day']) }} as channel_hour_id,
        profiled.channel_id,
        profiled.quarter_starts_on,
        profiled.hour_of_day,
        profiled.before_share,
        profiled.until_share,
        coalesce(
            judged.run_out_count >= {{ var('run_out_hours_min_days') }}
            and judged.until_share_sum < {{ var('run_out_hours_max_lateness') }} * judged.random_share_sum,
            false
        ) as is_telling
    from profiled
    left join judged
        on profiled.channel_id = judged.channel_id and profiled.quarter_starts_on = judged.quarter_starts_on

)

select * from final
