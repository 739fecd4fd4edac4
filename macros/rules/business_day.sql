{% macro business_day(timestamp_utc, system) %}
    {#- The day on which the business counts an event: the calendar day in the time zone of its system or instance
        (var `time_zones`). -#}
    {%- set zones = var('time_zones') -%}
    {%- set system_zone = zones.get(system, zones['default']) -%}
    {%- set own = [] -%}
    {%- for name, zone in zones.items() if name.startswith(system ~ '.') -%}
        {%- do own.append((name.split('.')[1], zone)) -%}
    {%- endfor -%}
    {%- if own | length == 0 -%}
        {{ local_date(timestamp_utc, "'" ~ system_zone ~ "'") }}
    {%- else -%}
        {%- set zone_case -%}
            case source_instance{% for instance, zone in own %} when '{{ instance }}' then '{{ zone }}'{% endfor %} else '{{ system_zone }}' end
        {%- endset -%}
        {{ local_date(timestamp_utc, zone_case) }}
    {%- endif -%}
{%- endmacro %}
