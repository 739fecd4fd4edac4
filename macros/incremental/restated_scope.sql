{% macro restated_scope() %}
    {#- What an incremental model must work out again: per key, the first day that a run since its last changed in one
        of the models that its meta `restated_by` names. -#}
    {%- set per = config.get('meta').restated_per -%}
    (
        select
            {{ per | join(', ') }},
            min(restated_from_on) as restated_from_on
        from {{ restatements() }}
        where
            model_name in ('{{ config.get("meta").restated_by | join("', '") }}')
            and restated_at > {{ last_run_time() }}
            and sku_id is not null
        group by {{ per | join(', ') }}
    )
{%- endmacro %}
