{% macro restatements() %}
    {#- The table in which incremental models note what a run changed: per SKU and location, the first day. A row without
        a SKU says that the model was built anew. -#}
    {{ return(api.Relation.create(
        database=target.database, schema=generate_schema_name('intermediate', none) | trim, identifier='restatements')) }}
{% endmacro %}
