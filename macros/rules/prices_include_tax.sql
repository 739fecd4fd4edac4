{% macro prices_include_tax(system) %}
    {#- Whether a system's prices contain tax (var `prices_include_tax`, by system or by one of its instances); null
        where the var doesn't name it, so that the custom of the country decides. -#}
    {%- set told = var('prices_include_tax') -%}
    {%- set own = [] -%}
    {%- for name, is_included in told.items() if name.startswith(system ~ '.') -%}
        {%- do own.append((name.split('.')[1], is_included)) -%}
    {%- endfor -%}
    {%- set of_system = ('true' if told[system] else 'false') if system in told
        else 'cast(null as ' ~ dbt.type_boolean() ~ ')' -%}
    {%- if own | length == 0 -%}
        {{ of_system }}
    {%- else -%}
        case source_instance
            {%- for instance, is_included in own %} when '{{ instance }}' then {{ 'true' if is_included else 'false' }}{% endfor %}
            else {{ of_system }} end
    {%- endif -%}
{%- endmacro %}
