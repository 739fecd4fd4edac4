{% macro recorded(model_name, columns) %}
    {#- What a snapshot compares with what it holds: columns of a model, with the data's day. A build of a day before the
        newest that the snapshot has seen shows it its own rows, so that nothing of the history changes. -#}
    {%- set source = ref(model_name) -%}
    {%- set cut_off = ref('int_sales_cut_off') -%}
    {%- if is_seen_further() %}
    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        as_of_on
    from {{ this }}
    where valid_before_on is null
    {%- else %}
    select
        {%- for column in columns %}
        recorded.{{ column }},
        {%- endfor %}
        cut_off.cut_off_on as as_of_on
    from {{ source }} as recorded
    cross join {{ cut_off }} as cut_off
    where cut_off.cut_off_on is not null
    {%- endif %}
{%- endmacro %}
