-- Stock at the opening, the end of trade and the close of each day that the ledger tells, per SKU and location. What came
-- back during the day is put back after it: it met none of the day's customers. A ledger below nothing has drifted and
-- tells nothing until it is put right.
{{ config(materialized='view') }}

with

ledger as (

    select * from {{ ref('fct_stock_ledger') }}

),

final as (

    select
        stock_day_id as stock_state_id,
        sku_id,
        location_id,
        stock_on,
        case when closing_units >= 0 then closing_units end as close_units,
        case
            when closing_units < 0 then null
            when closing_units < return_units then 0
            else closing_units - return_units
        end as traded_to_units,
        case when is_opening_known and opening_units >= 0 then opening_units end as open_units,
        method != 'rebuilt' as is_recorded
    from ledger

)

select * from final
