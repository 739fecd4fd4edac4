{% macro csv_lines(files, encoding, in_order=false) %}
    {#- The physical lines of CSV files, as a subquery with the column `line`, whatever stands in them. -#}
    {%- if encoding == 'bytes' -%}
        (
            select regexp_replace(line, '\\x[0-9A-F]{2}', '?', 'g') as line
            from (
                select unnest(string_split(
                    replace(replace(replace(replace(replace(
                        cast(content as varchar), '\x0D', ''), '\x09', chr(9)), '\x22', '"'), '\x27', ''''), '\x5C', '/'),
                    '\x0A'
                )) as line
                from read_blob({{ text_list(files) }})
            )
        )
    {%- else -%}
        read_csv(
            {{ text_list(files) }}, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
            delim = '{{ "\x1f\x1e\x1d" }}', quote = '', escape = '', strict_mode = false, encoding = '{{ encoding }}'
            {%- if in_order %}, parallel = false{% endif %}
        )
    {%- endif -%}
{% endmacro %}
