{% macro source_parts(system, table) %}
    {#- Where a source table lies: a list of parts, one per instance, each with its relation and the columns it
        really has. A location with a slash is a folder (or one file) of Parquet or CSV; any other is a schema, or
        several schemas parted by commas. -#}
    {%- set location = var(system ~ '_location') | replace('{raw_folder}', var('raw_folder')) -%}
    {%- if location | trim == '' -%}
        {{ return([]) }}
    {%- elif '/' in location -%}
        {{ return(adapter.dispatch('source_parts_in_folder')(location, system, table)) }}
    {%- else -%}
        {{ return(source_parts_in_schemas(location, table)) }}
    {%- endif -%}
{% endmacro %}


{% macro default__source_parts_in_folder(location, system, table) %}
    {{ exceptions.raise_compiler_error(
        "The location '" ~ location ~ "' of " ~ system ~ " is a folder, which only DuckDB reads directly. "
        ~ "Set the var " ~ system ~ "_location to the schema where the connector lands its tables."
    ) }}
{% endmacro %}


{% macro duckdb__source_parts_in_folder(location, system, table) %}
    {%- set patterns = [location] if location.endswith('.parquet') or location.endswith('.csv') else [
        location ~ '/' ~ table ~ '.*',
        location ~ '/' ~ table ~ '/*.*',
        location ~ '/*/' ~ table ~ '.*',
        location ~ '/*/' ~ table ~ '/*.*',
    ] -%}
    {%- set files = {} -%}
    {%- for pattern in patterns -%}
        {%- for row in run_query("select file from glob('" ~ pattern | replace("'", "''") ~ "') order by file") -%}
            {%- set file = row[0] | string | replace('\\', '/') -%}
            {%- set ending = file.split('.')[-1] | lower -%}
            {%- set folder = '/'.join(file.split('/')[:-1]) -%}
            {%- set folder = '/'.join(folder.split('/')[:-1]) if folder.split('/')[-1] == table else folder -%}
            {%- set instance = system if loop.length == 0 or folder.rstrip('/') == location.rstrip('/') or file == location
                else folder.split('/')[-1] -%}
            {%- if ending in ['parquet', 'csv'] -%}
                {%- do files.setdefault((instance, ending), []).append("'" ~ file | replace("'", "''") ~ "'") -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set parts = [] -%}
    {%- for (instance, ending), paths in files.items() -%}
        {%- set relation = 'read_parquet([' ~ paths | join(', ') ~ '], union_by_name = true)' if ending == 'parquet'
            else 'read_csv([' ~ paths | join(', ') ~ '], union_by_name = true, all_varchar = true, header = true)' -%}
        {%- set columns = {} -%}
        {%- for row in run_query('describe select * from ' ~ relation) -%}
            {%- do columns.update({row[0]: row[1]}) -%}
        {%- endfor -%}
        {%- do parts.append({
            'instance': instance, 'relation': relation, 'columns': columns,
            'names': column_names_of(system, table),
        }) -%}
    {%- endfor -%}
    {{ return(parts) }}
{% endmacro %}
