-- Nobody is told to buy and to get rid of the same SKU at the same location.
select
    sku_id,
    location_id
from {{ ref('rpt_action_queue') }}
group by sku_id, location_id
having
    sum(case when action_kind in ('order', 'transfer', 'expedite') then 1 else 0 end) > 0
    and sum(case when action_kind in ('cancel order', 'mark down') then 1 else 0 end) > 0
