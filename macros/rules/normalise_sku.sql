{% macro normalise_sku(expression, keep_separators=true) %}
    {#- A SKU as every system would write it: upper case, known suffixes cut (var `sku_suffixes`), no separators, no
        leading zeros in a run of digits. A separator between two runs of digits tells them apart (1-23 isn't 12-3), so
        it stays, as a dash, unless `keep_separators` is false. Letters of any script stay. A number in scientific
        notation has lost its digits: null. -#}
    {%- set suffixes = var('sku_suffixes') | join('|') -%}
    {%- set text = 'upper(' ~ clean_key(expression) ~ ')' -%}
    {%- set text = regex_replace(text, '^[0-9]([.][0-9]+)?E[+][0-9]+$', '') -%}
    {%- if suffixes -%}
        {%- set text = regex_replace(text, '([-_ ./](' ~ suffixes ~ '))+$', '') -%}
    {%- endif -%}
    {%- set text = "replace(replace(" ~ text ~ ", '[', '-'), ']', '-')" -%}
    {%- set text = regex_replace(text, '[ -/:-@^-`{-~]+', '-' if keep_separators else '') -%}
    {%- set text = regex_replace(text, '(^|[^0-9])0+([0-9])', '{1}{2}') -%}
    {%- if keep_separators -%}
        {%- set text = regex_replace(text, '([^0-9])-', '{1}') -%}
        {%- set text = regex_replace(text, '-([^0-9])', '{1}') -%}
        {%- set text = regex_replace(text, '^-|-$', '') -%}
    {%- endif -%}
    nullif({{ text }}, '')
{%- endmacro %}
