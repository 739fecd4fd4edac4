-- Opening, flows and what is unexplained make the closing of every day, to the unit.
select stock_day_id
from {{ ref('fct_stock_ledger') }}
where
    closing_units
    != opening_units + receipt_units + return_units + transfer_in_units - transfer_out_units + adjustment_units
    - sold_units + unexplained_units
