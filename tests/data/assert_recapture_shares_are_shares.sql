-- Unmet demand can't go elsewhere more than once: both shares together lie between 0 and 1.
select *
from {{ ref('demand_recapture') }}
where
    other_channel_share < 0
    or other_sku_share < 0
    or other_channel_share + other_sku_share > 1
