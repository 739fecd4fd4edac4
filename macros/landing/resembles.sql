{% macro resembles(name, column) %}
    {#- Whether a name may stand for a column: they begin alike and the shorter one's letters come in the longer one in
        order (`qty`, `quantity`), or one ends with the other as a word (`price`, `unit_price`). -#}
    {%- set pair = [name | replace('_', ''), column | replace('_', '')] | sort(attribute=none) -%}
    {%- set shorter = pair[0] if pair[0] | length <= pair[1] | length else pair[1] -%}
    {%- set longer = pair[1] if shorter == pair[0] else pair[0] -%}
    {%- set pattern = shorter | list | join('.*') -%}
    {{ return(
        shorter | length >= 3 and longer | length <= 4 * shorter | length
        and (shorter[0] == longer[0] and modules.re.match('^' ~ pattern ~ '[a-z0-9]{0,1}$', longer) is not none
            or name.endswith('_' ~ column) or column.endswith('_' ~ name))
    ) }}
{% endmacro %}
