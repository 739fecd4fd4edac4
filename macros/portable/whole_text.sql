{% macro whole_text(expression) %}
    {#- A floating-point number as text; a whole one without its decimal point, as ids are written. -#}
    {{ return('case when ' ~ expression ~ ' = floor(' ~ expression ~ ') and abs(' ~ expression ~ ') < 9e15 then cast(cast('
        ~ expression ~ ' as ' ~ dbt.type_bigint() ~ ') as ' ~ dbt.type_string() ~ ') else cast(' ~ expression ~ ' as '
        ~ dbt.type_string() ~ ') end') }}
{% endmacro %}
