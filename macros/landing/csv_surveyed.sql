{% macro csv_surveyed(files) %}
    {#- CSV files with what their bytes tell: encoding, header line, delimiter. Files without a byte are left out. -#}
    {%- set sql -%}
        select
            filename,
            case
                when size > 1000000000 then 'utf-8'
                when hex(content[1:2]) in ('FFFE', 'FEFF') then 'utf-16'
                when try(decode(content)) is not null then 'utf-8'
                -- what DuckDB calls latin-1 has no control characters above ASCII; other bytes are read one by one
                when not regexp_matches(cast(content as varchar), '\\x[89]') then 'latin-1'
                else 'bytes'
            end as encoding
        from read_blob({{ text_list(files) }})
        where size > 0
        order by filename
    {%- endset -%}
    {%- set surveyed = [] -%}
    {%- for row in run_query(sql) -%}
        {%- set lines = csv_lines([row[0]], row[1], in_order=true) -%}
        {%- set header = run_query('select line from ' ~ lines ~ " as lines where trim(line) != '' limit 1") -%}
        {%- if header | length > 0 -%}
            {%- set line = header[0][0] | replace('\ufeff', '') -%}
            {%- set found = namespace(delimiter=',') -%}
            {%- for delimiter in [';', '\t', '|'] if line.count(delimiter) > line.count(found.delimiter) -%}
                {%- set found.delimiter = delimiter -%}
            {%- endfor -%}
            {%- do surveyed.append({
                'path': row[0], 'encoding': row[1], 'header': line, 'delimiter': found.delimiter,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(surveyed) }}
{% endmacro %}
