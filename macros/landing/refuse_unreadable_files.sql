{% macro refuse_unreadable_files() %}
    {#- Stops the build, before it begins, at the first landed file that can't be read as a whole, with one sentence
        that names it. A bad row never stops a build. -#}
    {%- for source in graph.sources.values() | sort(attribute='unique_id') -%}
        {%- set location = source_location(source.source_name) -%}
        {%- if '/' in location -%}
            {{ adapter.dispatch('refuse_unreadable_files_of')(location, source.source_name, source.name) }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{% macro default__refuse_unreadable_files_of(location, system, table) %}{% endmacro %}


{% macro duckdb__refuse_unreadable_files_of(location, system, table) %}
    {%- set files = source_files(location, system, table) -%}
    {%- if files | length > 0 -%}
        {%- set sql -%}
            {#- a Parquet file begins and ends with its mark, and says before the last one how long its footer is -#}
            select
                filename,
                case
                    when filename ilike '%.parquet' and size = 0 then 'has no bytes'
                    when filename ilike '%.parquet' and size > 1000000000 then null
                    when filename ilike '%.parquet' and hex(content[1:4]) != '50415231' then 'is no Parquet file'
                    when filename ilike '%.parquet' and (size < 12 or hex(content[-4:]) != '50415231') then 'is cut off'
                    when filename ilike '%.csv' and size > 1000000000 then null
                    when filename ilike '%.csv' and hex(content[1:4]) in ('504B0304', 'D0CF11E0') then 'is a workbook or an archive, not CSV'
                    when filename ilike '%.csv' and hex(content[1:2]) = '1F8B' then 'is compressed'
                    when filename ilike '%.csv' and hex(content[1:4]) = '50415231' then 'is a Parquet file, not CSV'
                end as trouble
            from read_blob({{ text_list(files | map(attribute='path')) }})
            order by filename
        {%- endset -%}
        {%- for row in run_query('select * from (' ~ sql ~ ') as judged where trouble is not null limit 1') -%}
            {{ exceptions.raise_compiler_error(
                "The file '" ~ row[0] ~ "' of " ~ system ~ "." ~ table ~ " " ~ row[1] ~ ", so none of its rows can be read: "
                ~ "deliver it again, or move it out of the folder to build without it."
            ) }}
        {%- endfor -%}
        {%- set contract = source_contract(system, table) -%}
        {%- set csv_files = files | selectattr('ending', 'equalto', 'csv') | map(attribute='path') | list -%}
        {%- for file in (csv_surveyed(csv_files) if csv_files | length > 0 else []) -%}
            {%- set columns = {} -%}
            {%- for name in csv_header_names(file.header, file.delimiter) -%}{%- do columns.update({name: 'VARCHAR'}) -%}{%- endfor -%}
            {%- set names = landed_names(columns, system, table) -%}
            {%- set known = namespace(columns=0) -%}
            {%- for column in contract.columns if names.get(column, column) in columns -%}
                {%- set known.columns = known.columns + 1 -%}
            {%- endfor -%}
            {%- if known.columns == 0 -%}
                {{ exceptions.raise_compiler_error(
                    "The first line of the file '" ~ file.path ~ "' names no column of " ~ system ~ "." ~ table ~ ", so none of its "
                    ~ "rows can be read: give it a header line, or map its names in the var column_names."
                ) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
