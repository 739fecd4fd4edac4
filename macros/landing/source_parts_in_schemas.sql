{% macro source_parts_in_schemas(location, system, table) %}
    {#- Where a source table lies in schemas of the warehouse. -#}
    {%- set parts = [] -%}
    {%- for schema in location.split(',') -%}
        {%- set relation = api.Relation.create(
            database=var('source_database'), schema=schema | trim, identifier=table) -%}
        {%- set columns = {} -%}
        {%- if flags.INTROSPECT -%}
            {%- set relation = adapter.get_relation(
                database=var('source_database'), schema=schema | trim, identifier=table) -%}
            {%- for column in (adapter.get_columns_in_relation(relation) if relation else []) -%}
                {%- do columns.update({column.name | lower: column.dtype}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if relation -%}
            {%- do parts.append({
                'instance': schema | trim, 'relation': relation, 'columns': columns, 'names': {},
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(parts) }}
{% endmacro %}
