{% macro base_units(quantity, rate, is_measured='false') %}
    {#- A quantity in base units. What is counted comes in whole eaches, so a converted quantity is rounded to them (a
        tenth of a case of 12 is 1, not 1.1999), never to none; what is measured (kilograms, metres) keeps its decimals,
        as does a quantity that needs no conversion. -#}
    {{ money(
        'case when ' ~ rate ~ ' = 1 or ' ~ is_measured ~ ' then ' ~ quantity ~ ' * ' ~ rate
        ~ ' when abs(' ~ quantity ~ ' * ' ~ rate ~ ') < 0.5 then sign(' ~ quantity ~ ' * ' ~ rate ~ ')'
        ~ ' else round(' ~ quantity ~ ' * ' ~ rate ~ ', 0) end'
    ) }}
{%- endmacro %}
