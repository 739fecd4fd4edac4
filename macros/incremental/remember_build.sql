{% macro remember_build() %}
    {#- Post-hook of the incremental models: with which fingerprint this one was built. -#}
    {%- if execute and model.config.materialized == 'incremental' and config.get('full_refresh') is none -%}
        insert into {{ build_state() }} (model_name, fingerprint, built_at)
        select '{{ model.name }}', '{{ build_fingerprint() }}', {{ run_time() }}
    {%- endif -%}
{% endmacro %}
