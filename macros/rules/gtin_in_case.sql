{% macro gtin_in_case(gtin) %}
    {#- The GTIN of the each in a case: a GTIN-14 with a packing level from 1 to 8 in front, without it and with its own
        check digit. Null for any other barcode. -#}
    case
        when substr({{ gtin }}, 1, 1) between '1' and '8' then '0' || substr({{ gtin }}, 2, 12) || cast(mod(10 - mod(
        {%- for place in range(2, 14) %}
            {{ 3 if place % 2 else 1 }} * {{ try_cast('substr(' ~ gtin ~ ', ' ~ place ~ ', 1)', dbt.type_int()) }}{{ " +" if not loop.last }}
        {%- endfor %}, 10), 10) as {{ dbt.type_string() }})
    end
{%- endmacro %}
