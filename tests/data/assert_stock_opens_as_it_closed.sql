-- Stock opens as it closed the day before.
with

ledger as (

    select
        stock_day_id,
        stock_on,
        opening_units,
        lag(closing_units) over (partition by sku_id, location_id order by stock_on) as last_closing_units,
        lag(stock_on) over (partition by sku_id, location_id order by stock_on) as last_stock_on
    from {{ ref('fct_stock_ledger') }}

)

select stock_day_id
from ledger
where last_stock_on = {{ dbt.dateadd('day', -1, 'stock_on') }} and opening_units != last_closing_units
