{% macro should_full_refresh() %}
    {#- Takes the place of dbt's own: an incremental model is also built anew when vars, seeds or code above it are no
        longer those that it was built with, when a model whose changes it follows was, and when time went backwards. -#}
    {%- set asked = config.get('full_refresh') -%}
    {%- if asked is not none -%}
        {{ return(asked) }}
    {%- elif flags.FULL_REFRESH or model.config.materialized != 'incremental' or not execute -%}
        {{ return(flags.FULL_REFRESH) }}
    {%- elif load_cached_relation(this) is none -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set known = run_query(
        "select fingerprint from " ~ build_state() ~ " where model_name = '" ~ model.name ~ "'") -%}
    {%- if known | length != 1 or known[0][0] != build_fingerprint() -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set meta = config.get('meta') or {} -%}
    {%- if meta.restated_until -%}
        {%- set cut_off = api.Relation.create(
            database=target.database, schema=generate_schema_name('intermediate', none) | trim, identifier='int_sales_cut_off') -%}
        {%- if var('as_of_date') or load_cached_relation(cut_off) is none -%}
            {{ return(true) }}
        {%- endif -%}
        {%- set late = run_query(
            "select count(*) from " ~ this ~ " where " ~ meta.restated_on ~ " > (select " ~ meta.restated_until ~ " from " ~ cut_off ~ ")") -%}
        {%- if late[0][0] > 0 -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endif -%}
    {%- if meta.restated_by -%}
        {%- set rebuilt = run_query(
            "select count(*) from " ~ restatements() ~ " where sku_id is null and restated_at > " ~ last_run_time()
            ~ " and model_name in ('" ~ meta.restated_by | join("', '") ~ "')") -%}
        {%- if rebuilt[0][0] > 0 -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(false) }}
{% endmacro %}
