-- Demand is never below what sold, and equals it on days with stock.
select * from {{ ref('fct_demand_daily') }}
where
    demand_units < sold_units
    or (in_stock_share = 1 and demand_units != sold_units)
