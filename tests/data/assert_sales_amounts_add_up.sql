-- Net = gross - discounts - returns, in units and in both currencies.
select * from {{ ref('fct_sales') }}
where
    net_units != gross_units - returned_units
    or net_amount != gross_amount - discount_amount - returned_amount
    or abs(net_reporting_amount - gross_reporting_amount + discount_reporting_amount + returned_reporting_amount) > 0.0003
