{% macro restated() %}
    {#- How a table is materialised that a run changes only where something changed: as an incremental one, where the
        engine takes several statements at once. -#}
    {{ return('table' if target.type in ['bigquery', 'spark', 'databricks'] else 'incremental') }}
{% endmacro %}
