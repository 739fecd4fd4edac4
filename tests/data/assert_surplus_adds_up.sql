-- Surplus on hand and on order make the surplus, and the money saved on each makes the whole.
select * from {{ ref('fct_surplus_flags') }}
where
    abs(surplus_units - surplus_on_hand_units - surplus_on_order_units) > 0.000002
    or recoverable_amount != recoverable_on_hand_amount + recoverable_on_order_amount
    or surplus_units < 0
