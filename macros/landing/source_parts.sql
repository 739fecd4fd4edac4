{% macro source_parts(system, table) %}
    {#- Where a source table lies: a list of parts, one per instance, each with its relation and the columns it
        really has. A location with a slash is a folder (or one file) of Parquet or CSV; any other is a schema, or
        several schemas parted by commas. A run looks once: what it lists, it reads. -#}
    {%- set listed = graph.setdefault('sellthrough_source_parts', {}) -%}
    {%- set key = invocation_id ~ '|' ~ system ~ '|' ~ table -%}
    {%- if key not in listed -%}
        {%- set location = source_location(system) -%}
        {%- if location == '' -%}
            {%- do listed.update({key: []}) -%}
        {%- elif '/' in location -%}
            {%- do listed.update({key: adapter.dispatch('source_parts_in_folder')(location, system, table)}) -%}
        {%- else -%}
            {%- do listed.update({key: source_parts_in_schemas(location, system, table)}) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(listed[key]) }}
{% endmacro %}


{% macro default__source_parts_in_folder(location, system, table) %}
    {{ exceptions.raise_compiler_error(
        "The location '" ~ location ~ "' of " ~ system ~ " is a folder, which only DuckDB reads directly. "
        ~ "Set the var " ~ system ~ "_location to the schema where the connector lands its tables."
    ) }}
{% endmacro %}


{% macro duckdb__source_parts_in_folder(location, system, table) %}
    {#- A Parquet part holds the files of one instance, a CSV part those of one instance that are written alike. -#}
    {%- set paths = {} -%}
    {%- for file in source_files(location, system, table) -%}
        {%- do paths.setdefault((file.instance, file.ending), []).append(file.path) -%}
    {%- endfor -%}
    {%- set parts = [] -%}
    {%- for (instance, ending), files in paths.items() -%}
        {%- if ending == 'csv' -%}
            {%- do parts.extend(csv_parts(instance, files, system, table)) -%}
        {%- else -%}
            {%- set relation = 'read_parquet(' ~ text_list(files) ~ ', union_by_name = true)' -%}
            {%- set columns = {} -%}
            {%- for row in run_query('describe select * from ' ~ relation) -%}
                {%- do columns.update({row[0]: row[1]}) -%}
            {%- endfor -%}
            {%- do parts.append({
                'instance': instance, 'relation': relation, 'columns': columns,
                'names': landed_names(columns, system, table),
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(parts) }}
{% endmacro %}
