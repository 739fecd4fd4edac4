{% macro ancestors_of(unique_id) %}
    {#- The node and everything above it in the graph. -#}
    {%- set found = [unique_id] -%}
    {%- set known = {unique_id: true} -%}
    {#- a list that grows while it is walked -#}
    {%- for ancestor in found -%}
        {%- set node = graph.nodes.get(ancestor) -%}
        {%- for parent in (node.depends_on.nodes if node and node.depends_on else []) if parent not in known -%}
            {%- do known.update({parent: true}) -%}
            {%- do found.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
