{% macro forget_build() %}
    {#- Post-hook of the incremental models: the fingerprint of the former build no longer holds. -#}
    {%- if execute and model.config.materialized == 'incremental' and config.get('full_refresh') is none -%}
        delete from {{ build_state() }} where model_name = '{{ model.name }}'
    {%- endif -%}
{% endmacro %}
