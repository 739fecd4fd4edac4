{% macro barcode_of(expression) %}
    {#- A barcode at the 14 digits of a GTIN, with leading zeros, so that a UPC and its EAN are one. Null where it isn't a
        number of 8 to 14 digits: a barcode in scientific notation has lost its digits. The check digit is another
        matter: see `is_gtin`. -#}
    {%- set digits = regex_replace(clean_key(expression), '[ -]', '') -%}
    nullif(case when {{ regex_replace(digits, '^[0-9]{8,14}$', '') }} = '' and {{ digits }} != '' then lpad({{ digits }}, 14, '0') end, '00000000000000')
{%- endmacro %}
