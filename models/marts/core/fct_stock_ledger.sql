with

stock_days as (

    select * from {{ ref('int_stock_days_completed') }}

),

final as (

    select
        stock_day_id,
        sku_id,
        location_id,
        stock_on,
        is_opening_known,
        opening_units,
        receipt_units,
        return_units,
        transfer_in_units,
        transfer_out_units,
        adjustment_units,
        sold_units,
        unexplained_units,
        closing_units,
        covered_units,
        on_hand_units,
        committed_units,
        unsellable_units,
        in_transit_units,
        method,
        source_system,
        last_recorded_on,
        source_row_count,
        source_units
    from stock_days

)

select * from final
