{% test primary_key(model, column_name) %}
    {#- Each row has a value in the column that no other row has: dbt's `unique` and `not_null` in one scan, for the
        tables and views below the marts. -#}
    select {{ column_name }}, count(*) as row_count
    from {{ model }}
    group by {{ column_name }}
    having count(*) > 1 or {{ column_name }} is null
{% endtest %}
