{% macro landed(system, table) %}
    {#- What a source landed in one table, in the types of its contract: every instance (shop, account) of the
        system under one roof, missing columns as typed nulls, a missing table as no rows. Nothing is dropped:
        `delivery_rank` 1 is the version that counts, higher ranks are what was delivered before or twice. -#}
    {%- set contract = source_contract(system, table) -%}
    {%- set landed_relation = source(system, table) -%}
    {%- set parts = source_parts(system, table) if execute else [] -%}
    {%- set row_key = contract.row_key -%}
    {%- set tie_break = contract.columns.keys() | reject('in', row_key + contract.row_version) | list -%}
    select
        typed.*,
        {{ delivered_row_id('typed', contract) }} as delivered_row_id
    from (
        select
            parts.*,
            row_number() over (
                partition by source_instance{% for column in row_key %}, {{ column }}{% endfor %}
                order by
                {%- for column in contract.row_version + tie_break %}
                    {{ column }} desc nulls last{{ "," if not loop.last }}
                {%- else %}
                    source_instance
                {%- endfor %}
            ) as delivery_rank
        from (
            {%- for part in parts %}
            select
                '{{ part.instance | replace("'", "''") }}' as source_instance,
                {%- for column, data_type in contract.columns.items() %}
                {{ landed_column(column, data_type, part) }} as {{ column }},
                {%- endfor %}
                {{ landed_unreadable(contract, part) }} as unreadable_columns,
                {{ landed_x_columns(part) }} as x_columns
            from {{ part.relation }} as landed_rows
            {{ "union all" if not loop.last }}
            {%- else %}
            select
                cast(null as {{ dbt.type_string() }}) as source_instance,
                {%- for column, data_type in contract.columns.items() %}
                cast(null as {{ contract_type(data_type) }}) as {{ column }},
                {%- endfor %}
                cast(null as {{ dbt.type_string() }}) as unreadable_columns,
                cast(null as {{ dbt.type_string() }}) as x_columns
            limit 0
            {%- endfor %}
        ) as parts
    ) as typed
{%- endmacro %}
