{% macro csv_relation(files, names, header, encoding, delimiter) %}
    {#- CSV files written alike, as a subquery: every column as text, and `is_broken_line`. Header lines that come
        again within a file are no rows. Where a quotation mark stands alone in a line, the lines are read one by one,
        so that it can't swallow those behind it. -#}
    {%- set lines = csv_lines(files, encoding) -%}
    {%- set mark = delimiter -%}
    {%- set sql -%}
        select
            coalesce(sum(cast(quotes % 2 = 1 as integer)), 0) as odd_lines,
            coalesce(sum(cast(quotes % 2 = 1 and marks >= {{ names | length - 1 }} as integer)), 0) as stray_lines
        from (
            select
                length(line) - length(replace(line, '"', '')) as quotes,
                length(line) - length(replace(line, '{{ mark }}', '')) as marks
            from {{ lines }} as lines
        ) as counted
    {%- endset -%}
    {%- set survey = run_query(sql)[0] -%}
    {%- set by_line = survey[1] > 0 or encoding == 'bytes' -%}
    (
        select
            {%- for name in names %}
            {%- set cell = 'cells[' ~ loop.index ~ ']' if by_line else 'cell_' ~ loop.index %}
            case when not is_broken_line then nullif({{ cell }}, '') end as {{ adapter.quote(name | replace('"', '""')) }},
            {%- endfor %}
            is_broken_line
        from (
            {%- if by_line %}
            select
                cells,
                len(cells) < {{ names | length }}
                or array_to_string(cells[{{ names | length + 1 }}:], '') != '' as is_broken_line
            from (
                select
                    case
                        when (length(line) - length(replace(line, '"', ''))) % 2 = 1 then string_split(line, '{{ mark }}')
                        else list_transform(
                            regexp_extract_all(line, '(?:^|[{{ mark }}])("(?:[^"]|"")*"|[^{{ mark }}]*)', 1),
                            lambda cell: case
                                when cell like '"%"' then replace(substr(cell, 2, length(cell) - 2), '""', '"') else cell
                            end
                        )
                    end as cells
                from {{ lines }} as lines
                where trim(line) != '' and replace(line, chr(65279), '') != '{{ header | replace("'", "''") }}'
            ) as split_lines
            {%- else %}
            select
                *,
                cell_{{ names | length }} is null
                or coalesce(over_1, '') || coalesce(over_2, '') || coalesce(over_3, '') != '' as is_broken_line
            from read_csv(
                {{ text_list(files) }},
                columns = { {%- for name in names %}'cell_{{ loop.index }}': 'VARCHAR', {% endfor -%}
                    'over_1': 'VARCHAR', 'over_2': 'VARCHAR', 'over_3': 'VARCHAR'},
                auto_detect = false, header = false, skip = 1, delim = '{{ mark }}', quote = '"', escape = '"',
                null_padding = true, strict_mode = false, encoding = '{{ encoding }}',
                -- an empty value is text, so that a null is a value that the line doesn't have
                nullstr = '{{ "\x1f\x1e" }}'
                {%- if survey[0] > 0 %}, parallel = false{% endif %}
            )
            where not (
                {%- for name in names %}
                coalesce(cell_{{ loop.index }}, '') = '{{ name | replace("'", "''") }}'{{ " and" if not loop.last }}
                {%- endfor %}
            )
            {%- endif %}
        ) as delivered_lines
    )
{%- endmacro %}
