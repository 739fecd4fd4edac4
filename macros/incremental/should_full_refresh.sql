{% macro should_full_refresh() %}
    {#- Takes the place of dbt's own: an incremental model is also built anew when vars, seeds or code above it are no
        longer those that it was built with. -#}
    {%- set asked = config.get('full_refresh') -%}
    {%- if asked is not none -%}
        {{ return(asked) }}
    {%- elif flags.FULL_REFRESH or model.config.materialized != 'incremental' or not execute -%}
        {{ return(flags.FULL_REFRESH) }}
    {%- endif -%}
    {%- set known = run_query(
        "select fingerprint from " ~ build_state() ~ " where model_name = '" ~ model.name ~ "'") -%}
    {{ return(known | length != 1 or known[0][0] != build_fingerprint()) }}
{% endmacro %}
