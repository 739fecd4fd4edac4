-- Sold, recaptured and lost units make demand, to the unit; none of them is negative.
select *
from {{ ref('fct_demand_daily') }}
where
    sold_units + recaptured_units + lost_units != demand_units
    or sold_units < 0
    or recaptured_units < 0
    or lost_units < 0
