{% macro clean_id(expression) %}
    {#- An id in a text without blanks and invisible characters around or in it, and without the `.0` that a
        spreadsheet or data frame gave a whole number. -#}
    {%- set invisible = '\u00a0\u200b\u200c\u200d\u2060\ufeff' -%}
    {%- set clean = "trim(translate(" ~ expression ~ ", '" ~ invisible ~ "', ''))" -%}
    {{ return("case when " ~ clean ~ " like '%.0' and " ~ try_cast(clean, dbt.type_bigint()) ~ " is not null then substr("
        ~ clean ~ ", 1, length(" ~ clean ~ ") - 2) else nullif(" ~ clean ~ ", '') end") }}
{% endmacro %}
