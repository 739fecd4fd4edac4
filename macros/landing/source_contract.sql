{% macro source_contract(system, table) %}
    {#- The contract of a source table as its YAML declares it: columns with types, key, version, and
        the column that says when a row landed; `takes_back` where a deleted row takes its key out of all that counts. -#}
    {%- set found = namespace(columns={}, row_key=[], row_version=[], personal=[], landed_at='', takes_back=false) -%}
    {%- if execute -%}
        {%- set node = graph.sources.values()
            | selectattr('source_name', 'equalto', system) | selectattr('name', 'equalto', table) | first -%}
        {%- for column in node.columns.values() -%}
            {%- do found.columns.update({column.name: column.data_type}) -%}
            {%- if column.config.meta.get('is_personal') -%}{%- do found.personal.append(column.name) -%}{%- endif -%}
        {%- endfor -%}
        {%- set found.row_key = node.config.meta['row_key'] -%}
        {%- set found.row_version = node.config.meta['row_version'] -%}
        {%- set found.takes_back = node.config.meta.get('takes_back', false) -%}
        {%- set stamps = ['_fivetran_synced', 'loaded_at'] | select('in', found.columns) | list -%}
        {%- set found.landed_at = stamps | first if stamps else '' -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
