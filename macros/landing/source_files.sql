{% macro source_files(location, system, table) %}
    {#- The files in which a source table lies in a folder: a list of instance, ending and path. -#}
    {%- set patterns = [location] if location.endswith('.parquet') or location.endswith('.csv') else [
        location ~ '/' ~ table ~ '.*',
        location ~ '/' ~ table ~ '/*.*',
        location ~ '/*/' ~ table ~ '.*',
        location ~ '/*/' ~ table ~ '/*.*',
    ] -%}
    {%- set queries = [] -%}
    {%- for pattern in patterns -%}
        {%- do queries.append('select ' ~ loop.index ~ " as turn, file from glob('" ~ pattern | replace("'", "''") ~ "')") -%}
    {%- endfor -%}
    {%- set files = [] -%}
    {%- for row in run_query('select file from (' ~ queries | join(' union all ') ~ ') as found order by turn, file') -%}
        {%- set file = row[0] | string | replace('\\', '/') -%}
        {%- set ending = file.split('.')[-1] | lower -%}
        {%- set folder = '/'.join(file.split('/')[:-1]) -%}
        {%- set folder = '/'.join(folder.split('/')[:-1]) if folder.split('/')[-1] == table else folder -%}
        {%- set instance = system if folder.rstrip('/') == location.rstrip('/') or file == location
            else folder.split('/')[-1] -%}
        {%- if ending in ['parquet', 'csv'] -%}
            {%- do files.append({'instance': instance, 'ending': ending, 'path': file}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(files) }}
{% endmacro %}
