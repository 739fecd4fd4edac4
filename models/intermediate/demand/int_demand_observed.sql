-- What sold, dense: one row per SKU, channel, location and day from first availability to the cut-off, with the share of
-- the day's demand that met stock. An incremental run works out the days from the first that changed, per SKU and
-- location, and those that are new.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='demand_day_id',
    meta={
        'restated_by': [
            'int_sales_exploded', 'fct_stock_ledger', 'int_stock_turns_timed', 'int_sales_hours_profiled',
            'int_demand_starts_found'
        ],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'demand_on',
        'restated_until': 'cut_off_on'
    }
) }}

with

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}

),

stock_states as (

    select * from {{ ref('int_stock_states_filled') }}

),

stock_shares as (

    select * from {{ ref('int_stock_shares_timed') }}

),

series as (

    select * from {{ ref('int_demand_starts_found') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),
{%- if is_incremental() %}

changed as (

    select * from {{ restated_scope() }} as changed

),

-- other hours of sale are of every SKU
changed_for_all as (

    select min(restated_from_on) as restated_from_on
    from changed
    where sku_id = '*'

),

changed_series as (

    select
        sku_id,
        location_id,
        restated_from_on
    from changed
    where sku_id != '*'
    union all
    select
        series.sku_id,
        series.location_id,
        changed_for_all.restated_from_on
    from series
    inner join changed_for_all on changed_for_all.restated_from_on is not null

),

restated as (

    select
        sku_id,
        location_id,
        min(restated_from_on) as restated_from_on
    from changed_series
    group by sku_id, location_id

),

held_until as (

    select coalesce(max(demand_on), cast('0001-01-01' as date)) as held_until_on from {{ this }}

),

new_days as (

    select
        series.sku_id,
        series.channel_id,
        series.location_id,
        case
            when restated.restated_from_on <= held_until.held_until_on then restated.restated_from_on
            else cast({{ dbt.dateadd('day', 1, 'held_until.held_until_on') }} as date)
        end as from_on
    from series
    cross join held_until
    left join restated on series.sku_id = restated.sku_id and series.location_id = restated.location_id

),
{%- endif %}

daily as (

    select
        sales_lines.sku_id,
        sales_lines.channel_id,
        sales_lines.location_id,
        sales_lines.business_on,
        sum(sales_lines.gross_units) as sold_units,
        -- what a kit's component costs its buyer is nobody's price: only units sold by themselves tell it
        sum(case when sales_lines.kit_sku_id is null then sales_lines.gross_units else 0 end) as priced_units,
        sum(case when sales_lines.kit_sku_id is null then sales_lines.paid_reporting_amount else 0 end) as paid_reporting_amount,
        sum(case when sales_lines.kit_sku_id is null then sales_lines.list_reporting_amount else 0 end) as list_reporting_amount,
        sum(case when sales_lines.kit_sku_id is null and sales_lines.is_promoted then sales_lines.gross_units else 0 end)
            as promoted_units
    from sales_lines
    {%- if is_incremental() %}
    inner join restated
        on
            sales_lines.sku_id = restated.sku_id
            and sales_lines.location_id = restated.location_id
            and sales_lines.business_on >= restated.restated_from_on
    {%- endif %}
    group by sales_lines.sku_id, sales_lines.channel_id, sales_lines.location_id, sales_lines.business_on

),
{%- if is_incremental() %}

{%- for name in ['stock_states', 'stock_shares'] %}

changed_{{ name }} as (

    select {{ name }}.*
    from {{ name }}
    inner join restated
        on
            {{ name }}.sku_id = restated.sku_id
            and {{ name }}.location_id = restated.location_id
            and {{ name }}.stock_on >= restated.restated_from_on

),
{%- endfor %}
{%- endif %}

series_days as (

    select
        series.sku_id,
        series.channel_id,
        series.location_id,
        days.date_on as demand_on
    from series
    cross join cut_off
    {%- if is_incremental() %}
    inner join new_days
        on
            series.sku_id = new_days.sku_id
            and series.channel_id = new_days.channel_id
            and series.location_id = new_days.location_id
    {{ each_day('case when new_days.from_on > series.first_on then new_days.from_on else series.first_on end', 'cut_off.cut_off_on') }}
    {%- else %}
    {{ each_day('series.first_on', 'cut_off.cut_off_on') }}
    {%- endif %}

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
    left join {{ 'changed_stock_states' if is_incremental() else 'stock_states' }} as stock_states
        on
            series_days.sku_id = stock_states.sku_id
            and series_days.location_id = stock_states.location_id
            and series_days.demand_on = stock_states.stock_on
    left join {{ 'changed_stock_shares' if is_incremental() else 'stock_shares' }} as stock_shares
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
{{ restated_rows('restated') }}
