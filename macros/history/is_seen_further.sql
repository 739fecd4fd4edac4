{% macro is_seen_further() %}
    {#- Whether the snapshot has already seen a later day than the one this build is made for. -#}
    {%- if not execute or load_relation(this) is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set later = run_query(
        'select count(*) from ' ~ this ~ ' where valid_from_on > ' ~ snapshot_get_time()
        ~ ' or valid_before_on > ' ~ snapshot_get_time()
    ) -%}
    {{ return(later[0][0] > 0) }}
{% endmacro %}
