-- Reorder point = protection mean + safety stock; orders are whole cases; nothing is negative.
select * from {{ ref('fct_reorder_policy') }}
where
    reorder_point_units != protection_mean_units + safety_stock_units
    or safety_stock_units < 0
    or suggested_order_units < 0
    or mod(suggested_order_units, case_pack_units) != 0
