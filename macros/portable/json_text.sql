{% macro json_text(columns, alias) %}
    {#- Columns as one JSON object in a text. -#}
    {{ return(adapter.dispatch('json_text')(columns, alias)) }}
{% endmacro %}

{% macro default__json_text(columns, alias) %}
    to_json(named_struct({% for c in columns %}'{{ c }}', {{ alias }}.{{ c }}{{ ", " if not loop.last }}{% endfor %}))
{% endmacro %}

{% macro duckdb__json_text(columns, alias) %}
    cast(json_object({% for c in columns %}'{{ c }}', {{ alias }}.{{ c }}{{ ", " if not loop.last }}{% endfor %}) as varchar)
{% endmacro %}

{% macro snowflake__json_text(columns, alias) %}
    to_json(object_construct_keep_null({% for c in columns %}'{{ c }}', {{ alias }}.{{ c }}{{ ", " if not loop.last }}{% endfor %}))
{% endmacro %}

{% macro bigquery__json_text(columns, alias) %}
    to_json_string(struct({% for c in columns %}{{ alias }}.{{ c }}{{ ", " if not loop.last }}{% endfor %}))
{% endmacro %}
