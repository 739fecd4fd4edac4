{% macro normalise_sku(expression) %}
    {#- A SKU as every system would write it: upper case, known suffixes cut (var `sku_suffixes`), no separators, no
        leading zeros in a run of digits. -#}
    {%- set suffixes = var('sku_suffixes') | join('|') -%}
    {%- set text = 'upper(trim(' ~ expression ~ '))' -%}
    {%- if suffixes -%}
        {%- set text = regex_replace(text, '[-_ ](' ~ suffixes ~ ')$', '') -%}
    {%- endif -%}
    {%- set text = regex_replace(text, '[^A-Z0-9]', '') -%}
    nullif({{ regex_replace(text, '(^|[A-Z])0+([1-9])', '{1}{2}') }}, '')
{%- endmacro %}
