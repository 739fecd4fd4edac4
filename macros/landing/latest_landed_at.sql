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
