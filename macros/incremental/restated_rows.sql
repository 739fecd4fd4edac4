{% macro restated_rows(scope) %}
    {#- Rows without a key that tell the strategy `restate` which rows of an incremental model are worked out again: per
        `restated_per`, from which day on. They are not kept. -#}
    {%- if is_incremental() %}
union all
select
    {%- set meta = config.get('meta') %}
    {%- for column in adapter.get_columns_in_relation(this) %}
    {% if column.name | lower in meta.restated_per -%}
        {{ column.name }}
    {%- elif column.name | lower == meta.restated_on -%}
        restated_from_on as {{ column.name }}
    {%- else -%}
        cast(null as {{ column.data_type }}) as {{ column.name }}
    {%- endif %}{{ "," if not loop.last }}
    {%- endfor %}
from {{ scope }}
    {%- endif %}
{%- endmacro %}
