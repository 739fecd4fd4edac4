{% macro forget_restatements() %}
    {#- Start-up hook: drops from the table of restatements what every model that follows it has read. -#}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- set readers = [] -%}
        {%- for node in graph.nodes.values() if (node.config.meta or {}).restated_by -%}
            {%- do readers.append("'" ~ node.name ~ "'") -%}
        {%- endfor -%}
        delete from {{ restatements() }}
        where restated_at <= (
            select min(built_at) from {{ build_state() }} where model_name in ({{ readers | join(', ') }})
        )
    {%- endif -%}
{% endmacro %}
