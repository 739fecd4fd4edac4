{% macro last_run_time() %}
    {#- When the run began in which the incremental model was built last, UTC. -#}
    (select max(built_at) from {{ build_state() }} where model_name = '{{ model.name }}')
{%- endmacro %}
