{% test validity_without_overlap(model, key, begins='valid_from_on', ends='valid_to_on') %}
    {#- No version of a key ends before it begins or holds on a day on which the next one already does. -#}
    with

    ordered as (

        select
            {{ key }},
            {{ begins }},
            {{ ends }},
            lead({{ begins }}) over (partition by {{ key }} order by {{ begins }}, {{ ends }}) as next_begins_on
        from {{ model }}

    )

    select * from ordered
    where
        {{ begins }} is null
        or {{ ends }} < {{ begins }}
        or (next_begins_on is not null and ({{ ends }} is null or next_begins_on <= {{ ends }}))
{% endtest %}
