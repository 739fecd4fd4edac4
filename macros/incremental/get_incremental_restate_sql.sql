{% macro get_incremental_restate_sql(arguments) %}
    {#- The incremental strategy `restate`. The new rows are all rows of a scope as they are now; rows of the scope that
        are others now or gone are replaced, equal ones stay. What changed is noted in the table of restatements.
        The model's meta says what the scope is:
        `restated_scope`: `all` rows; or the rows whose column so named is among the new ones', and those of which the
        words in `restated_always` are true;
        `restated_per`: without a scope: per these columns, the rows from the day on that new rows without a key name
        (`restated_rows`);
        `restated_on`: the column of the day, where models below follow the changes, per SKU and location or per
        `restated_keys`, but for the columns in `restated_silently`; with `restated_wholly` any change builds them anew;
        `restated_until`: the column of the cut-off after which the model has no rows. -#}
    {%- set target_relation = arguments['target_relation'] -%}
    {%- set new_rows = arguments['temp_relation'] -%}
    {%- set key = arguments['unique_key'] -%}
    {%- set meta = config.get('meta') -%}
    {%- set silent = meta.get('restated_silently', []) + [key] -%}
    {%- set noted = meta.get('restated_keys', ['sku_id', 'location_id']) + [meta.restated_on]
        if meta.restated_on and is_followed(model.name) else [] -%}
    {%- set columns = [] -%}
    {%- set differences = [] -%}
    {%- set told_differences = [] -%}
    {%- for column in arguments['dest_columns'] -%}
        {%- set name = adapter.quote(column.name) -%}
        {%- do columns.append(name) -%}
        {%- if column.name | lower not in ['restated_at', key] -%}
            {%- do differences.append('held.' ~ name ~ ' is distinct from come.' ~ name) -%}
            {%- do told_differences.append(differences[-1]) if column.name | lower not in silent -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set differing = model.name ~ '__differing' -%}
    create temporary table {{ differing }} as
    select
        coalesce(held.{{ key }}, come.{{ key }}) as {{ key }},
        held.{{ key }} is not null as is_held,
        come.{{ key }} is not null as is_come
        {%- for column in noted %},
        held.{{ column }} as held_{{ column }},
        come.{{ column }} as come_{{ column }}
        {%- endfor %}
        {%- if noted %},
        held.{{ key }} is null or come.{{ key }} is null or {{ told_differences | join(' or ') }} as is_told
        {%- endif %}
    from (
        select held.*
        from {{ target_relation }} as held
        {%- if meta.restated_scope %}
        {%- if meta.restated_scope != 'all' %}
        where
            held.{{ meta.restated_scope }} in (select {{ meta.restated_scope }} from {{ new_rows }})
            {%- if meta.restated_always %}
            or held.{{ meta.restated_always }}
            {%- endif %}
        {%- endif %}
        {%- else %}
        inner join (
            select
                {{ meta.restated_per | join(', ') }},
                min({{ meta.restated_on }}) as restated_from_on
            from {{ new_rows }}
            where {{ key }} is null
            group by {{ meta.restated_per | join(', ') }}
        ) as restated
            on
                {%- for column in meta.restated_per %}
                held.{{ column }} = restated.{{ column }}
                and
                {%- endfor %} held.{{ meta.restated_on }} >= restated.restated_from_on
        {%- endif %}
    ) as held
    full outer join (
        select * from {{ new_rows }} where {{ key }} is not null
    ) as come
        on held.{{ key }} = come.{{ key }}
    where
        held.{{ key }} is null
        or come.{{ key }} is null
        or {{ differences | join('\n        or ') }};
    {% if noted %}
    insert into {{ restatements() }} (model_name, restated_at, sku_id, location_id, restated_from_on)
    select
        '{{ model.name }}',
        {{ run_time() }},
        {{ 'sku_id' if 'sku_id' in noted else "'*'" }},
        {{ 'location_id' if 'location_id' in noted else "'*'" }},
        min({{ meta.restated_on }})
    from (
        {%- for side in ['held', 'come'] %}
        {{ 'union all' if not loop.first }}
        select
            {%- for column in noted %}
            {{ side }}_{{ column }} as {{ column }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ differing }}
        where
            is_told
            {%- for column in noted %}
            and {{ side }}_{{ column }} is not null
            {%- endfor %}
        {%- endfor %}
    ) as changed
    {{ 'group by ' ~ noted[:-1] | join(', ') if noted | length > 1 else 'having count(*) > 0' }};
    {% elif meta.restated_wholly %}
    insert into {{ restatements() }} (model_name, restated_at)
    select '{{ model.name }}', {{ run_time() }}
    from {{ differing }}
    group by 1;
    {% endif %}
    delete from {{ target_relation }}
    where {{ key }} in (select {{ key }} from {{ differing }} where is_held);

    insert into {{ target_relation }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }}
    from {{ new_rows }}
    where {{ key }} in (select {{ key }} from {{ differing }} where is_come);

    drop table {{ differing }};
{% endmacro %}
