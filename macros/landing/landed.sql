{% macro landed(system, table) %}
    {#- What a source landed in one table, in the types of its contract: every instance (shop, account) of the
        system under one roof, missing columns as typed nulls, a missing table as no rows. Nothing is dropped:
        `delivery_rank` 1 is the version that counts, higher ranks are what was delivered before or twice, 0 is a
        version that says that the source has deleted the row, where the contract `takes_back`; `landed_at`
        is when the newest row of the key landed, null if one of them doesn't say.
        In an incremental model only the keys of which something landed since the last run are read again. -#}
    {%- set contract = source_contract(system, table) -%}
    {%- set landed_relation = source(system, table) -%}
    {%- set parts = source_parts(system, table) if execute else [] -%}
    {%- set row_key = contract.row_key -%}
    {%- set tie_break = contract.columns.keys() | reject('in', row_key + contract.row_version) | list -%}
    {#- two versions may differ in what can't be read, or in the retailer's own columns only -#}
    {%- do tie_break.append('unreadable_columns') -%}
    {%- for part in parts if landed_x_columns(part) | trim != 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
        {%- do tie_break.append('x_columns') if 'x_columns' not in tie_break -%}
    {%- endfor -%}
    {%- set rank -%}
    row_number() over (
                partition by parts.source_instance{% for column in row_key %}, parts.{{ column }}{% endfor %}
                order by
                {%- for column in contract.row_version + tie_break %}
                    parts.{{ column }} desc nulls last{{ "," if not loop.last }}
                {%- else %}
                    parts.source_instance
                {%- endfor %}
            )
    {%- endset -%}
    {%- set is_continued = parts | length > 0 and is_incremental() -%}
    select
        typed.*,
        {{ delivered_row_id('typed', contract) }} as delivered_row_id
    from (
        select
            parts.*,
            {%- if contract.takes_back %}
            -- what the source has deleted doesn't count, nor does what it was before
            case when coalesce(parts._fivetran_deleted, false) and {{ rank }} = 1 then 0 else {{ rank }} end as delivery_rank,
            {%- else %}
            {{ rank }} as delivery_rank,
            {%- endif %}
            {%- if contract.landed_at %}
            {{ latest_landed(
                'parts.' ~ contract.landed_at,
                'partition by parts.source_instance' ~ ([''] + row_key) | join(', parts.')
            ) }} as landed_at
            {%- else %}
            cast(null as {{ dbt.type_timestamp() }}) as landed_at
            {%- endif %}
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
        {%- if is_continued %}
        left join (
            {{ landed_keys_since_last_run(contract, parts) | indent(12) }}
        ) as renewed
            on
                parts.source_instance = renewed.source_instance
                {%- for column in row_key %}
                and parts.{{ column }} = renewed.{{ column }}
                {%- endfor %}
        where
            renewed.source_instance is not null
            -- a row without its key has no other rows: it is read again each time
            {%- for column in row_key %}
            or parts.{{ column }} is null
            {%- endfor %}
        {%- endif %}
    ) as typed
{%- endmacro %}
