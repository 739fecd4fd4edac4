{% macro normalise_name(expression) %}
    {#- A name of a channel, a location or a supplier, upper case and without separators. Letters of any script stay. -#}
    nullif({{ regex_replace('upper(' ~ clean_key(expression) ~ ')', '[ -/:-@^-`{-~]+', '') }}, '')
{%- endmacro %}
