with

stock_days as (

    select * from {{ ref('fct_stock_ledger') }}

),

final as (

    select
        stock_day_id,
        sku_id,
        location_id,
        stock_on,
        on_hand_units,
        closing_units as available_units,
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
