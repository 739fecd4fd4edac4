{% macro snapshot_get_time() %}
    {#- Takes the place of dbt's own: a history is told in the days of the data, not of the builds. -#}
    (select max(cut_off_on) from {{ ref('int_sales_cut_off') }})
{%- endmacro %}
