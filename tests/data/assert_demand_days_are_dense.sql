-- Every series has every day from its first to the cut-off.
select
    sku_id,
    channel_id,
    location_id
from {{ ref('fct_demand_daily') }}
group by sku_id, channel_id, location_id
having count(*) != {{ dbt.datediff('min(demand_on)', '(select cut_off_on from ' ~ ref('int_sales_cut_off') ~ ')', 'day') }} + 1
