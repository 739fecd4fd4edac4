{% macro prepare_build_state() %}
    {#- Makes the table of fingerprints, once. -#}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- do adapter.create_schema(build_state()) -%}
        create table if not exists {{ build_state() }} (
            model_name {{ dbt.type_string() }}, fingerprint {{ dbt.type_string() }}, built_at {{ dbt.type_timestamp() }}
        )
    {%- endif -%}
{% endmacro %}
