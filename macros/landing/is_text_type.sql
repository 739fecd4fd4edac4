{% macro is_text_type(data_type) %}
    {{ return((data_type | lower).split('(')[0] in ['varchar', 'string', 'text', 'char', 'character varying']) }}
{% endmacro %}
