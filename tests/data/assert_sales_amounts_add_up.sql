-- Net = gross - discounts - returns - the tax in them, in units and in both currencies; tax is in them or beside them.
select * from {{ ref('fct_sales') }}
where
    net_units != gross_units - returned_units
    or net_amount != gross_amount - discount_amount - returned_amount - included_tax_amount
    or net_reporting_amount
    != gross_reporting_amount - discount_reporting_amount - returned_reporting_amount - included_tax_reporting_amount
    or included_tax_amount != case when is_tax_included then tax_amount else 0 end
