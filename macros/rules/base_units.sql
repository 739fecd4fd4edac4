{% macro base_units(quantity, rate, is_measured='false') %}
    {#- A quantity in base units. What is counted comes in whole eaches, so a converted quantity is rounded to them (a
        tenth of a case of 12 is 1, not 1.1999), never to none; what is measured (kilograms, metres) keeps its decimals,
        as does a quantity that needs no conversion, and one that no unit makes sensible: it is quarantined as it came.
        Each case has the type of the result, and only what is converted is worked out in more digits, which are slow. -#}
    {%- set converted = 'cast(' ~ quantity ~ ' as decimal(32, 4)) * ' ~ rate -%}
    case
        when {{ rate }} = 1 or abs({{ quantity }}) >= 1000000000 then {{ money(quantity) }}
        when {{ is_measured }} then {{ money(converted) }}
        when abs({{ converted }}) < 0.5 then {{ money('sign(' ~ converted ~ ')') }}
        else {{ money('round(' ~ converted ~ ', 0)') }}
    end
{%- endmacro %}
