-- From which day each SKU was on offer in a channel at a location: a series exists once it has a sale or a return; it was
-- available from the first day with stock there, at most as many days before the first sale as the var
-- `availability_lead_days`.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='series_id',
    meta={'restated_scope': 'all', 'restated_on': 'first_on'}
) }}

with

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}

),

stocked_days as (

    select
        sku_id,
        location_id,
        stock_on
    from {{ ref('int_stock_states_filled') }}
    where close_units > 0

),

first_sales as (

    select
        sku_id,
        channel_id,
        location_id,
        min(business_on) as first_on
    from sales_lines
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

final as (

    select
        {{ key_of(['first_sales.sku_id', 'first_sales.channel_id', 'first_sales.location_id']) }} as series_id,
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

)

select * from final
