{% macro build_fingerprint() %}
    {#- What a continued build must share with the one it continues: the vars that shape rows, the place of the raw
        tables, the code of the model, of those above and of the macros that they use, what its columns promise, and the
        seeds that no model compares row by row. With another fingerprint an incremental model is built anew. -#}
    {%- set vars_that_shape_rows = [
        'raw_folder', 'source_database', 'column_names', 'x_columns_personal', 'time_zones', 'reporting_currency', 'pos_currency',
        'home_country_code', 'earliest_date', 'calendar_starts_on', 'calendar_ends_on', 'exchange_rate_max_age_days',
        'sku_master_systems', 'sku_suffixes', 'measured_units', 'max_line_units', 'max_unit_price_amount',
        'orders_cancellation_prefix', 'orders_identical_lines', 'sales_recognition', 'prices_include_tax',
        'promotion_min_discount_rate', 'max_stock_units', 'opening_stock_memo', 'stock_record_max_age_days',
        'partial_stock_day_share',
    ] -%}
    {%- set compared_seeds = ['sku_mapping', 'channel_mapping', 'location_mapping'] -%}
    {%- set known = [['salt', local_md5(env_var('SELLTHROUGH_SALT', 'demo'))]] -%}
    {%- for name in vars_that_shape_rows -%}{%- do known.append([name, var(name)]) -%}{%- endfor -%}
    {%- if (config.get('meta') or {}).restated_until -%}{%- do known.append(['as_of_date', var('as_of_date')]) -%}{%- endif -%}
    {%- for system in graph.sources.values() | map(attribute='source_name') | unique | sort -%}
        {%- do known.append([system, var(system ~ '_location')]) -%}
    {%- endfor -%}
    {%- for unique_id in ancestors_of(model.unique_id) | sort -%}
        {%- set node = graph.nodes.get(unique_id) -%}
        {%- if node and node.name not in compared_seeds -%}
            {%- do known.append([unique_id, node.checksum.checksum]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column in model.columns.values() if column.constraints -%}
        {%- do known.append([column.name, column.constraints | map(attribute='type') | map('string') | list]) -%}
    {%- endfor -%}
    {%- do known.append(['macros', macros_written()]) -%}
    {{ return(local_md5(tojson(known))) }}
{% endmacro %}
