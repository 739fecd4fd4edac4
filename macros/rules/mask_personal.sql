{% macro mask_personal(expression) %}
    {#- A text with its e-mail addresses and phone numbers masked: what has an @ between two words, a plus before at
        least nine digits, or a leading zero, a few digits, a blank or dash and at least six more. -#}
    {%- set e_mail = '[^ "<>,;:|@]+@[^ "<>,;:|@]+' -%}
    {%- set international = '[+][0-9][0-9 ()./-]{7,}[0-9]' -%}
    {%- set national = '[(]?0[0-9]{2,4}[)]?[ -][0-9]{3,4}[ -]?[0-9]{3,4}' -%}
    {%- set masked = regex_replace(expression, e_mail, '***') -%}
    {{ return(regex_replace(regex_replace(masked, international, '***'), national, '***')) }}
{% endmacro %}
