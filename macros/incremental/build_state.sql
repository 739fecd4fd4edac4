{% macro build_state() %}
    {#- The table that remembers with which fingerprint each incremental model was built. -#}
    {{ return(api.Relation.create(
        database=target.database, schema=generate_schema_name('intermediate', none) | trim, identifier='build_state')) }}
{% endmacro %}
