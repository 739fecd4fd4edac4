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
    {%- set columns = [] -%}
    {%- set compared_columns = [] -%}
    {%- for column in arguments['dest_columns'] -%}
        {%- do columns.append(adapter.quote(column.name)) -%}
        {%- do compared_columns.append(adapter.quote(column.name)) if column.name | lower != 'restated_at' -%}
    {%- endfor -%}
    {%- set compared = compared_columns | join(', ') -%}
    {%- set held = model.name ~ '__held' -%}
    {%- set gone = model.name ~ '__gone' -%}
    {%- set come = model.name ~ '__come' -%}
    create temporary table {{ held }} as
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
    {%- endif %};

    create temporary table {{ gone }} as
    select {{ key }}
    from (
        select {{ compared }} from {{ held }}
        {{ dbt.except() }}
        select {{ compared }} from {{ new_rows }}
    ) as differing;

    create temporary table {{ come }} as
    select {{ key }}
    from (
        select {{ compared }} from {{ new_rows }} where {{ key }} is not null
        {{ dbt.except() }}
        select {{ compared }} from {{ held }}
    ) as differing;
    {% if meta.restated_on and is_followed(model.name) %}
    {%- set keys = meta.get('restated_keys', ['sku_id', 'location_id']) %}
    {%- set silent = meta.get('restated_silently', []) %}
    {%- set noted = [] %}
    {%- for column in arguments['dest_columns'] if column.name | lower not in silent + ['restated_at'] -%}
        {%- do noted.append(adapter.quote(column.name)) -%}
    {%- endfor %}
    insert into {{ restatements() }} (model_name, restated_at, sku_id, location_id, restated_from_on)
    select
        '{{ model.name }}',
        {{ run_time() }},
        {{ 'sku_id' if 'sku_id' in keys else "'*'" }},
        {{ 'location_id' if 'location_id' in keys else "'*'" }},
        min({{ meta.restated_on }})
    from (
        {%- for relation, set_of_keys, other in [(held, gone, new_rows), (new_rows, come, held)] %}
        {{ 'union all' if not loop.first }}
        select * from (
            select {{ noted | join(', ') }} from {{ relation }} where {{ key }} in (select {{ key }} from {{ set_of_keys }})
            {%- if silent %}
            {{ dbt.except() }}
            select {{ noted | join(', ') }} from {{ other }}
            {%- endif %}
        ) as side_{{ loop.index }}
        {%- endfor %}
    ) as changed
    where
        {{ meta.restated_on }} is not null
        {%- for column in keys %}
        and {{ column }} is not null
        {%- endfor %}
    {{ 'group by ' ~ keys | join(', ') if keys else 'having count(*) > 0' }};
    {% elif meta.restated_wholly %}
    insert into {{ restatements() }} (model_name, restated_at)
    select '{{ model.name }}', {{ run_time() }}
    from (select {{ key }} from {{ come }} union select {{ key }} from {{ gone }}) as changed
    group by 1;
    {% endif %}
    delete from {{ target_relation }} where {{ key }} in (select {{ key }} from {{ gone }});

    insert into {{ target_relation }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }}
    from {{ new_rows }}
    where {{ key }} in (select {{ key }} from {{ come }});

    drop table {{ held }};
    drop table {{ gone }};
    drop table {{ come }};
{% endmacro %}
