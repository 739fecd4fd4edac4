{% macro csv_header_names(header, delimiter) %}
    {#- The column names in the header line of a CSV file; a name that comes twice gets a number. -#}
    {%- set names = [] -%}
    {%- set mark = modules.re.escape(delimiter) -%}
    {%- for cell in modules.re.findall('(?:^|' ~ mark ~ ')("(?:[^"]|"")*"|[^' ~ mark ~ ']*)', header) -%}
        {%- set name = (cell[1:-1] | replace('""', '"') if cell.startswith('"') and cell.endswith('"') else cell) | trim -%}
        {%- do names.append(name ~ '_' ~ loop.index if name == '' or name in names else name) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
