{% macro landed_column(column, data_type, part) %}
    {#- One column of the contract out of one part: cast if it's there, a constant if the export is mapped to one,
        a typed null if it isn't there. -#}
    {%- set name = part.names.get(column, column) -%}
    {%- if name.startswith("'") -%}
        cast({{ name }} as {{ contract_type(data_type) }})
    {%- elif not is_landed(name, part) -%}
        cast(null as {{ contract_type(data_type) }})
    {%- else -%}
        {{ try_cast(landed_name(name, part), contract_type(data_type)) }}
    {%- endif -%}
{% endmacro %}


{% macro is_landed(name, part) %}
    {#- Whether the part has the column. Without introspection every declared column is taken to be there. -#}
    {{ return(part.columns | length == 0 or name in part.columns) }}
{% endmacro %}


{% macro landed_name(name, part) %}
    {#- The column's name, quoted where the export's case or spaces need it. -#}
    {{ return('landed_rows.' ~ (adapter.quote(name) if name in part.columns and name != name | lower else name)) }}
{% endmacro %}


{% macro landed_unreadable(contract, part) %}
    {#- The columns whose text could not be read as their type, as a list in one text; null if all could. -#}
    {%- set suspects = [] -%}
    {%- for column, data_type in contract.columns.items() -%}
        {%- set name = part.names.get(column, column) -%}
        {%- if data_type != 'string' and name in part.columns and is_text_type(part.columns[name]) -%}
            {%- do suspects.append((column, data_type, landed_name(name, part))) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if suspects | length == 0 -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        nullif(
            {%- for column, data_type, name in suspects %}
            case
                when nullif(trim({{ name }}), '') is not null and {{ try_cast(name, contract_type(data_type)) }} is null
                    then '{{ column }} '
                else ''
            end {{ "||" if not loop.last }}
            {%- endfor %}
        , '')
    {%- endif -%}
{% endmacro %}


{% macro is_text_type(data_type) %}
    {{ return((data_type | lower).split('(')[0] in ['varchar', 'string', 'text', 'char', 'character varying']) }}
{% endmacro %}


{% macro landed_x_columns(part) %}
    {#- The retailer's own columns (`x_…`) as one JSON text, so that they pass through every floor. -#}
    {%- set own = [] -%}
    {%- for name in part.columns if name.startswith('x_') -%}{%- do own.append(name) -%}{%- endfor -%}
    {%- if own | length == 0 -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        {{ json_text(own, 'landed_rows') }}
    {%- endif -%}
{% endmacro %}


{% macro delivered_row_id(alias, contract) %}
    {#- The key of a delivered row: instance, natural key, rank. Personal parts of the key are hashed. -#}
    {{ alias }}.source_instance
    {%- for column in contract.row_key %}
        || '|' || coalesce(
            {%- if column in contract.personal -%}
                {{ hash_personal(alias ~ '.' ~ column) }}
            {%- else -%}
                cast({{ alias }}.{{ column }} as {{ dbt.type_string() }})
            {%- endif -%}
        , '')
    {%- endfor %}
        || '|' || cast({{ alias }}.delivery_rank as {{ dbt.type_string() }})
{%- endmacro %}


{% macro latest_landed_at(system, table, column) %}
    {#- The time of the newest row of a source table, for `dbt source freshness`. -#}
    {%- set parts = source_parts(system, table) if execute else [] -%}
    select max(landed_at) as landed_at
    from (
        {%- for part in parts if is_landed(column, part) %}
        select cast({{ landed_name(part.names.get(column, column), part) }} as {{ dbt.type_timestamp() }}) as landed_at
        from {{ part.relation }} as landed_rows
        {{ "union all" if not loop.last }}
        {%- else %}
        select cast(null as {{ dbt.type_timestamp() }}) as landed_at
        {%- endfor %}
    ) as landings
{% endmacro %}
