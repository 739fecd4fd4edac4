{% macro csv_parts(instance, files, system, table) %}
    {#- The parts of a source table that CSV files make up: one per header, encoding and way of quoting. A line with
        too few or too many values is a row that `is_broken_line`, so nothing that was delivered is left out. -#}
    {%- set groups = {} -%}
    {%- for file in csv_surveyed(files) -%}
        {%- do groups.setdefault((file.header, file.encoding, file.delimiter), []).append(file.path) -%}
    {%- endfor -%}
    {%- set parts = [] -%}
    {%- for (header, encoding, delimiter), paths in groups.items() -%}
        {%- set names = csv_header_names(header, delimiter) -%}
        {%- set relation = csv_relation(paths, names, header, encoding, delimiter) -%}
        {%- set columns = {} -%}
        {%- for name in names -%}{%- do columns.update({name: 'VARCHAR'}) -%}{%- endfor -%}
        {%- set part = {
            'instance': instance, 'relation': relation, 'columns': columns,
            'names': landed_names(columns, system, table), 'has_broken_lines': true,
        } -%}
        {%- do part.update({'decimal_commas': csv_decimal_commas(part, source_contract(system, table))}) -%}
        {%- do parts.append(part) -%}
    {%- endfor -%}
    {{ return(parts) }}
{% endmacro %}
