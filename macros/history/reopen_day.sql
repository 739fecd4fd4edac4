{% macro reopen_day() %}
    {#- Pre-hook of the snapshots: opens the versions again that ended on the day of this build, for the same reason. -#}
    {%- if execute and load_relation(this) is not none and not is_seen_further() -%}
        update {{ this }} set valid_before_on = null where valid_before_on = {{ snapshot_get_time() }}
    {%- endif -%}
{% endmacro %}
