{% macro forget_day() %}
    {#- Pre-hook of the snapshots: takes back the versions that began on the day of this build, so that a second build of
        a day replaces the first. -#}
    {%- if execute and load_relation(this) is not none and not is_seen_further() -%}
        delete from {{ this }} where valid_from_on = {{ snapshot_get_time() }}
    {%- endif -%}
{% endmacro %}
