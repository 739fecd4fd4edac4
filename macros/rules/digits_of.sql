{% macro digits_of(expression) %}
    {#- A barcode as digits only, without leading zeros, so that a UPC and its EAN are one; null if none are left. -#}
    nullif({{ regex_replace(regex_replace(expression, '[^0-9]', ''), '^0+', '') }}, '')
{%- endmacro %}
