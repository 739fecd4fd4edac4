-- Demand is never below what sold, and equals it on the days that count as observed.
select * from {{ ref('fct_demand_daily') }}
where
    demand_units < sold_units
    or (grade = 'A' and demand_units != sold_units)
