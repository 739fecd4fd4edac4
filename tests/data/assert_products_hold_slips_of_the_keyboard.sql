-- A price and a quantity that are both slips of the keyboard multiply without stopping the build; small ones to the penny.
with

cases as (

    {%- for left, right, product in [
        ('12.34', '3', '37.02'), ('-0.05', '0.3333', '-0.0167'), ('999999.9999', '99.9999', '99999899.9900'),
        ('99999999', '99999', '9999899900001'), ('-12000', '1694983.05', '-20339796600'), ('null', '2', 'null'),
    ] %}
    select
        {{ money(left) }} as left_number,
        {{ money(right) }} as right_number,
        {{ money(product) }} as product
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select * from cases
where coalesce({{ times('left_number', 'right_number') }}, 0) != coalesce(product, 0)
