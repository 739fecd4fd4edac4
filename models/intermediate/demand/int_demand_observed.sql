-- What sold, dense: one row per SKU, channel, location and day from first availability to the cut-off, with the share of
-- the day's demand that met stock. A series exists once it has a sale or a return; it was available from the first day
-- with stock at its location, at most as many days before the first sale as the var `availability_lead_days`.
with

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}

),

daily as (

    select
        sku_id,
        channel_id,
        location_id,
        business_on,
        sum(gross_units) as sold_units,
        -- what a kit's component costs its buyer is nobody's price: only units sold by themselves tell it
        sum(case when kit_sku_id is null then gross_units else 0 end) as priced_units,
        sum(case when kit_sku_id is null then paid_reporting_amount else 0 end) as paid_reporting_amount,
        sum(case when kit_sku_id is null then list_reporting_amount else 0 end) as list_reporting_amount,
        sum(case when kit_sku_id is null and is_promoted then gross_units else 0 end) as promoted_units
    from sales_lines
    group by sku_id, channel_id, location_id, business_on

),

stock_states as (

    select * from {{ ref('int_stock_states_filled') }}

),

-- read apart: an engine that keeps what is read twice would keep every day of the ledger
stocked_days as (

    select
        sku_id,
        location_id,
        stock_on
    from {{ ref('int_stock_states_filled') }}
    where close_units > 0

),

stock_shares as (

    select * from {{ ref('int_stock_shares_timed') }}

),

first_sales as (

    select
        sku_id,
        channel_id,
        location_id,
        min(business_on) as first_on
    from daily
    group by sku_id, channel_id, location_id

),

first_stocked as (

    select
        first_sales.sku_id,
        first_sales.channel_id,
        first_sales.location_id,
        min(stocked_days.stock_on) as first_on
    from first_sales
    inner join stocked_days
        on first_sales.sku_id = stocked_days.sku_id and first_sales.location_id = stocked_days.location_id
    where
        stocked_days.stock_on < first_sales.first_on
        and stocked_days.stock_on
        >= {{ dbt.dateadd('day', -1 * var('availability_lead_days'), 'first_sales.first_on') }}
    group by first_sales.sku_id, first_sales.channel_id, first_sales.location_id

),

series as (

    select
        first_sales.sku_id,
        first_sales.channel_id,
        first_sales.location_id,
        coalesce(first_stocked.first_on, first_sales.first_on) as first_on
    from first_sales
    left join first_stocked
        on
            first_sales.sku_id = first_stocked.sku_id
            and first_sales.channel_id = first_stocked.channel_id
            and first_sales.location_id = first_stocked.location_id

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

series_days as (

    select
        series.sku_id,
        series.channel_id,
        series.location_id,
        days.date_on as demand_on
    from series
    cross join cut_off
    {{ each_day('series.first_on', 'cut_off.cut_off_on') }}

),

dense as (

    select
        series_days.sku_id,
        series_days.channel_id,
        series_days.location_id,
        series_days.demand_on,
        coalesce(daily.sold_units, 0) as sold_units,
        coalesce(daily.priced_units, 0) as priced_units,
        daily.paid_reporting_amount,
        daily.list_reporting_amount,
        coalesce(daily.promoted_units, 0) as promoted_units,
        stock_states.open_units,
        stock_states.close_units,
        stock_states.traded_to_units,
        stock_shares.in_stock_share
    from series_days
    left join daily
        on
            series_days.sku_id = daily.sku_id
            and series_days.channel_id = daily.channel_id
            and series_days.location_id = daily.location_id
            and series_days.demand_on = daily.business_on
    left join stock_states
        on
            series_days.sku_id = stock_states.sku_id
            and series_days.location_id = stock_states.location_id
            and series_days.demand_on = stock_states.stock_on
    left join stock_shares
        on
            series_days.sku_id = stock_shares.sku_id
            and series_days.channel_id = stock_shares.channel_id
            and series_days.location_id = stock_shares.location_id
            and series_days.demand_on = stock_shares.stock_on

),

final as (

    select
        {{ key_of(['sku_id', 'channel_id', 'location_id', 'demand_on']) }} as demand_day_id,
        {{ key_of(['sku_id', 'channel_id', 'location_id']) }} as series_id,
        sku_id,
        channel_id,
        location_id,
        demand_on,
        {{ money('sold_units') }} as sold_units,
        {{ money('priced_units') }} as priced_units,
        paid_reporting_amount,
        list_reporting_amount,
        {{ money('promoted_units') }} as promoted_units,
        close_units is not null as is_stock_known,
        {{ share("case
            when close_units is null then 1
            -- what sold had stood on a shelf, whatever the hours say
            when sold_units > 0 and in_stock_share <= 0 then " ~ var('partial_stock_day_share') ~ "
            else coalesce(in_stock_share, 1)
        end") }} as in_stock_share,
        -- the day's sales are what there was, not what was asked for
        coalesce(open_units > 0 or sold_units > 0, false) and coalesce(traded_to_units <= 0, false) as has_run_out
    from dense

)

select * from final
