{% macro is_renewed(landed_at, instance='source_instance', system=none) %}
    {#- Whether something landed for a row since the incremental model's last run, by what the model holds of the row's
        instance, less the var `landing_overlap_hours`; a row without a stamp always counts as renewed. -#}
    {%- set parts = ['source_system', 'source_instance'] if system else ['source_instance'] -%}
    {%- set held = run_query(
        'select ' ~ parts | join(', ') ~ ', max(landed_at) from ' ~ this ~ ' where landed_at is not null group by ' ~ parts | join(', ')
    ) -%}
    (
        {{ landed_at }} is null
        {%- for row in held %}
        {%- set since = row[parts | length] - modules.datetime.timedelta(hours=var('landing_overlap_hours')) %}
        or {% if system %}{{ system }} = '{{ row[0] }}' and {% endif %}{{ instance }} = '{{ row[parts | length - 1] }}'
        and {{ landed_at }} >= cast('{{ since.strftime("%Y-%m-%d %H:%M:%S") }}' as {{ dbt.type_timestamp() }})
        {%- endfor %}
        {%- if held | length > 0 %}
        or {% if system %}{{ system }} || '|' || {% endif %}{{ instance }} not in (
            {%- for row in held -%}
            '{% if system %}{{ row[0] }}|{% endif %}{{ row[parts | length - 1] }}'{{ ", " if not loop.last }}
            {%- endfor -%}
        )
        {%- else %}
        or 1 = 1
        {%- endif %}
    )
{%- endmacro %}
