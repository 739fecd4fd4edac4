{% macro source_location(system) %}
    {#- The folder or the schemas of a source system; empty if the retailer doesn't have it. -#}
    {{ return(var(system ~ '_location') | replace('{raw_folder}', var('raw_folder')) | trim) }}
{% endmacro %}
