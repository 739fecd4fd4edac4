{% macro note_rebuild() %}
    {#- Pre-hook of the incremental models: says to the models below that this one is built anew. -#}
    {%- if execute and config.get('incremental_strategy') == 'restate' and model.config.materialized == 'incremental'
        and should_full_refresh() -%}
        insert into {{ restatements() }} (model_name, restated_at)
        select '{{ model.name }}', {{ run_time() }}
    {%- endif -%}
{% endmacro %}
