{% macro is_renewed(landed_at, relations, instance='source_instance', system=none, of_system=none) %}
    {#- Whether something landed for a row since the incremental model's last run, by what the model holds of the row's
        instance, less the var `landing_overlap_hours`; a stamp after that run is a clock's slip, and counts as the run's
        time. A row without a stamp always counts as renewed, and so does each row of an instance that the model doesn't
        hold yet. `relations` are those that the rows come from; where the model holds several systems, `system` is their
        column, or `of_system` the one that is asked about. -#}
    {%- set parts = ['source_system', 'source_instance'] if system else ['source_instance'] -%}
    {%- set held = run_query(
        'select ' ~ parts | join(', ') ~ ', least(max(landed_at), ' ~ last_run_time() ~ ') from ' ~ this
        ~ ' where landed_at is not null' ~ (" and source_system = '" ~ of_system ~ "'" if of_system else '') ~ ' group by ' ~ parts | join(', ')
    ) -%}
    {%- set known = [] -%}
    {%- for row in held -%}{%- do known.append(row.values()[:-1] | join('|')) -%}{%- endfor -%}
    {%- set delivered = [] -%}
    {%- for relation in relations -%}
        {%- for row in run_query('select distinct ' ~ parts | join(', ') ~ ' from ' ~ relation) -%}
            {%- do delivered.append(row) if row.values() | join('|') not in known -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set overlap = modules.datetime.timedelta(hours=var('landing_overlap_hours')) -%}
    (
        {%- if held | length > 0 and delivered | length == 0 %}
        -- alone, so that an engine finds what landed by the stamps that it keeps of each block
        ({{ landed_at }} is null or {{ landed_at }} >= cast(
            '{{ ((held.columns[-1].values() | min) - overlap).strftime("%Y-%m-%d %H:%M:%S") }}' as {{ dbt.type_timestamp() }}))
        and
        {%- endif %} (
            {{ landed_at }} is null
            {%- for row in held %}
            or {% if system %}{{ system }} = '{{ row[0] | replace("'", "''") }}' and {% endif -%}
            {{ instance }} = '{{ row[parts | length - 1] | replace("'", "''") }}'
            and {{ landed_at }} >= cast('{{ (row[parts | length] - overlap).strftime("%Y-%m-%d %H:%M:%S") }}' as {{ dbt.type_timestamp() }})
            {%- endfor %}
            {%- for row in delivered %}
            or {% if system %}{{ system }} = '{{ row[0] | replace("'", "''") }}' and {% endif -%}
            {{ instance }} = '{{ row[parts | length - 1] | replace("'", "''") }}'
            {%- endfor %}
        )
    )
{%- endmacro %}
