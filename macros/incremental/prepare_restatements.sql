{% macro prepare_restatements() %}
    {#- Start-up hook: makes the table of restatements, once. -#}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        create table if not exists {{ restatements() }} (
            model_name {{ dbt.type_string() }}, restated_at {{ dbt.type_timestamp() }},
            sku_id {{ dbt.type_string() }}, location_id {{ dbt.type_string() }}, restated_from_on date
        )
    {%- endif -%}
{% endmacro %}
