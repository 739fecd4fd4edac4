{% macro business_hour(timestamp_utc, system_column, instance_column) %}
    {#- The hour of the day, 0 to 23, at which the business counts an event: in the time zone of its system or instance
        (var `time_zones`), where these stand in columns. -#}
    {%- set zones = var('time_zones') -%}
    {%- set zone_case -%}
        case
            {%- for name, zone in zones.items() if '.' in name %}
            when {{ system_column }} = '{{ name.split('.')[0] }}' and {{ instance_column }} = '{{ name.split('.')[1] }}' then '{{ zone }}'
            {%- endfor %}
            {%- for name, zone in zones.items() if '.' not in name and name != 'default' %}
            when {{ system_column }} = '{{ name }}' then '{{ zone }}'
            {%- endfor %}
            {%- if zones.keys() | reject('equalto', 'default') | list | length == 0 %}
            when 1 = 1 then '{{ zones['default'] }}'
            {%- endif %}
            else '{{ zones['default'] }}'
        end
    {%- endset -%}
    {{ local_hour(timestamp_utc, zone_case) }}
{%- endmacro %}
