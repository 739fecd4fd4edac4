-- What sold in which hour, per series and day, and whether stock ran out that day.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='sales_hour_id',
    meta={
        'restated_by': ['int_sales_exploded', 'fct_stock_ledger'],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'business_on',
        'restated_until': 'cut_off_on'
    }
) }}

with

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}
    where gross_units > 0

),

stock_states as (

    select * from {{ ref('int_stock_states_filled') }}

),
{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),

changed_stock_states as (

    select stock_states.*
    from stock_states
    inner join restated
        on
            stock_states.sku_id = restated.sku_id
            and stock_states.location_id = restated.location_id
            and stock_states.stock_on >= restated.restated_from_on

),
{%- endif %}

hourly as (

    select
        sales_lines.sku_id,
        sales_lines.channel_id,
        sales_lines.location_id,
        sales_lines.business_on,
        sales_lines.business_hour,
        sum(sales_lines.gross_units) as sold_units,
        count(*) as line_count
    from sales_lines
    {%- if is_incremental() %}
    inner join restated
        on
            sales_lines.sku_id = restated.sku_id
            and sales_lines.location_id = restated.location_id
            and sales_lines.business_on >= restated.restated_from_on
    {%- endif %}
    group by
        sales_lines.sku_id,
        sales_lines.channel_id,
        sales_lines.location_id,
        sales_lines.business_on,
        sales_lines.business_hour

),

final as (

    select
        {{ key_of(['hourly.sku_id', 'hourly.channel_id', 'hourly.location_id', 'hourly.business_on', 'hourly.business_hour']) }}
            as sales_hour_id,
        hourly.sku_id,
        hourly.channel_id,
        hourly.location_id,
        hourly.business_on,
        hourly.business_hour,
        {{ money('hourly.sold_units') }} as sold_units,
        cast(hourly.line_count as {{ dbt.type_bigint() }}) as line_count,
        coalesce(stock_states.open_units > 0 and stock_states.traded_to_units <= 0, false) as has_run_out,
        coalesce(
            stock_states.is_recorded and (stock_states.open_units <= 0 or stock_states.traded_to_units <= 0), false
        ) as is_recorded_short
    from hourly
    left join {{ 'changed_stock_states' if is_incremental() else 'stock_states' }} as stock_states
        on
            hourly.sku_id = stock_states.sku_id
            and hourly.location_id = stock_states.location_id
            and hourly.business_on = stock_states.stock_on

)

select * from final
{{ restated_rows('restated') }}
