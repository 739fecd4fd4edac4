{% macro is_gtin(barcode) %}
    {#- Whether the check digit of a barcode at 14 digits is right (GS1: digits weigh 3 and 1 in turn, the sum is a
        multiple of ten). Null for null. -#}
    mod(
    {%- for place in range(1, 15) %}
        {{ 3 if place % 2 else 1 }} * {{ try_cast('substr(' ~ barcode ~ ', ' ~ place ~ ', 1)', dbt.type_int()) }}{{ " +" if not loop.last }}
    {%- endfor %}, 10) = 0
{%- endmacro %}
