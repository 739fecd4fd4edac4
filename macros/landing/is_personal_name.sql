{% macro is_personal_name(name) %}
    {#- Whether the name of a retailer's own column says that it holds personal data (var `x_columns_personal`). -#}
    {%- set found = namespace(is_personal=false) -%}
    {%- for word in var('x_columns_personal') -%}
        {%- if word | lower in name | lower -%}{%- set found.is_personal = true -%}{%- endif -%}
    {%- endfor -%}
    {{ return(found.is_personal) }}
{% endmacro %}
