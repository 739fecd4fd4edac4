{% macro macros_written() %}
    {#- A digest of the macros that shape rows (`landing`, `portable`, `rules`): dbt lets a model see the code of other
        models, not that of macros. A test compares it, and says what it should be. -#}
    {{ return('45a262eacc551d93') }}
{%- endmacro %}
