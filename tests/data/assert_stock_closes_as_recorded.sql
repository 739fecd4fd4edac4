-- Where the system that keeps a stock recorded a day, the ledger closes with its record.
select stock_day_id
from {{ ref('fct_stock_ledger') }}
where method in ('recorded', 'absent') and closing_units != on_hand_units - committed_units - unsellable_units
