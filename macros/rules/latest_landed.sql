{% macro latest_landed(stamp, over=none) %}
    {#- When the newest row of a group landed; null, which counts as just now, if one of them has no stamp. -#}
    nullif(max(coalesce({{ stamp }}, {{ after_all() }})){{ ' over (' ~ over ~ ')' if over }}, {{ after_all() }})
{%- endmacro %}
