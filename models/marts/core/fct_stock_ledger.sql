with

stock_days as (

    select * from {{ ref('int_stock_days_completed') }}

),

gaps as (

    select * from {{ ref('int_stock_gaps_covered') }}

),

final as (

    select
        stock_days.stock_day_id,
        stock_days.sku_id,
        stock_days.location_id,
        stock_days.stock_on,
        stock_days.opening_units,
        stock_days.receipt_units,
        stock_days.return_units,
        stock_days.transfer_in_units,
        stock_days.transfer_out_units,
        stock_days.adjustment_units,
        stock_days.sold_units,
        stock_days.unexplained_units,
        stock_days.closing_units,
        {{ money('coalesce(gaps.covered_units, 0)') }} as covered_units,
        stock_days.method,
        stock_days.last_recorded_on
    from stock_days
    left join gaps
        on
            stock_days.sku_id = gaps.sku_id
            and stock_days.location_id = gaps.location_id
            and stock_days.stock_on = gaps.stock_on

)

select * from final
