{% macro text_list(texts) %}
    {#- Texts as a list of literals: `['a', 'b']`. -#}
    {%- set literals = [] -%}
    {%- for text in texts -%}{%- do literals.append("'" ~ text | replace("'", "''") ~ "'") -%}{%- endfor -%}
    {{ return('[' ~ literals | join(', ') ~ ']') }}
{% endmacro %}
