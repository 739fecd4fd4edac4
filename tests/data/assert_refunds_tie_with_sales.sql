-- What came back on a sales line is the same, whether counted on the day of the sale or of the refund: units, money, tax.
with

refunds as (

    select
        sales_line_id,
        sum(refunded_units) as refunded_units,
        sum(refunded_amount) as refunded_amount,
        sum(tax_amount) as tax_amount
    from {{ ref('fct_refunds') }}
    where sales_line_id is not null
    group by sales_line_id

)

select
    sales_lines.sales_line_id,
    refunds.sales_line_id as refunded_line_id
from {{ ref('fct_sales') }} as sales_lines
full outer join refunds on sales_lines.sales_line_id = refunds.sales_line_id
where
    sales_lines.sales_line_id is null
    or sales_lines.returned_units != coalesce(refunds.refunded_units, 0)
    or sales_lines.returned_amount != coalesce(refunds.refunded_amount, 0)
    or sales_lines.returned_tax_amount != coalesce(refunds.tax_amount, 0)
