{% macro is_followed(name) %}
    {#- Whether any model follows the changes of the model. -#}
    {%- for node in graph.nodes.values() if name in ((node.config.meta or {}).restated_by or []) -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}
