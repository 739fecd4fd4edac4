{% macro should_full_refresh() %}
    {#- Takes the place of dbt's own: an incremental model is also built anew when what it was built with is no longer
        what it would be built with. A run decides once per model. -#}
    {%- set asked = config.get('full_refresh') -%}
    {%- if asked is not none -%}
        {{ return(asked) }}
    {%- elif flags.FULL_REFRESH or model.config.materialized != 'incremental' or not execute -%}
        {{ return(flags.FULL_REFRESH) }}
    {%- endif -%}
    {%- set decided = graph.setdefault('sellthrough_built_anew', {}) -%}
    {%- set key = invocation_id ~ '|' ~ model.unique_id -%}
    {%- if key not in decided -%}
        {%- do decided.update({key: is_built_anew()}) -%}
    {%- endif -%}
    {{ return(decided[key]) }}
{% endmacro %}
