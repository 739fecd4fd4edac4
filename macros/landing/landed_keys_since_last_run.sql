{% macro landed_keys_since_last_run(contract, parts) %}
    {#- The keys of which an instance landed a row since the model's last run (less an overlap), or a row without a
        stamp; the stamp is the contract's `landed_at`. One after that run is a clock's slip, and counts as the run's time. -#}
    {%- set stamp = contract.landed_at -%}
    {%- set last_stamps = {} -%}
    {%- for row in run_query(
        'select source_instance, least(max(synced_at), ' ~ last_run_time() ~ ') from ' ~ this
        ~ ' where synced_at is not null group by source_instance'
    ) -%}
        {%- do last_stamps.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- for part in parts %}
    select distinct
        '{{ part.instance | replace("'", "''") }}' as source_instance
        {%- for column in contract.row_key %},
        {{ landed_column(column, contract.columns[column], part) }} as {{ column }}
        {%- endfor %}
    from {{ part.relation }} as landed_rows
    {%- if part.instance in last_stamps %}
    {%- set since = last_stamps[part.instance] - modules.datetime.timedelta(hours=var('landing_overlap_hours')) %}
    where
        {{ landed_column(stamp, 'timestamp', part) }} >= cast('{{ since.strftime("%Y-%m-%d %H:%M:%S") }}' as {{ dbt.type_timestamp() }})
        or {{ landed_column(stamp, 'timestamp', part) }} is null
    {%- endif %}
    {{ "union all" if not loop.last }}
    {%- endfor %}
{% endmacro %}
