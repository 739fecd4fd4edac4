{% macro is_built_anew() %}
    {#- Whether an incremental model can't go on from what it holds: it holds nothing, vars, seeds or code above it are no
        longer those that it was built with, a model whose changes it follows was built anew, or time went backwards. -#}
    {%- if load_cached_relation(this) is none -%}
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
