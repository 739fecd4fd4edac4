-- The business day is the local one on both sides of the change of clocks, in each zone on its own day of change.
with

instants as (

    {%- set cases = [
        ('Europe/London', '2026-03-28 23:59:59', '2026-03-28'),
        ('Europe/London', '2026-03-29 00:59:59', '2026-03-29'),
        ('Europe/London', '2026-03-29 22:59:59', '2026-03-29'),
        ('Europe/London', '2026-03-29 23:00:00', '2026-03-30'),
        ('Europe/London', '2026-10-24 23:00:00', '2026-10-25'),
        ('Europe/London', '2026-10-25 00:30:00', '2026-10-25'),
        ('Europe/London', '2026-10-25 23:30:00', '2026-10-25'),
        ('Europe/London', '2026-10-26 00:00:00', '2026-10-26'),
        ('Europe/Amsterdam', '2026-03-28 22:59:59', '2026-03-28'),
        ('Europe/Amsterdam', '2026-03-28 23:00:00', '2026-03-29'),
        ('Europe/Amsterdam', '2026-03-29 21:59:59', '2026-03-29'),
        ('Europe/Amsterdam', '2026-03-29 22:00:00', '2026-03-30'),
        ('Europe/Amsterdam', '2026-10-24 22:00:00', '2026-10-25'),
        ('Europe/Amsterdam', '2026-10-25 22:59:59', '2026-10-25'),
        ('Europe/Amsterdam', '2026-10-25 23:00:00', '2026-10-26'),
        ('America/New_York', '2026-03-08 04:59:59', '2026-03-07'),
        ('America/New_York', '2026-03-08 05:00:00', '2026-03-08'),
        ('America/New_York', '2026-03-09 03:59:59', '2026-03-08'),
        ('America/New_York', '2026-03-09 04:00:00', '2026-03-09'),
        ('America/New_York', '2026-11-01 04:00:00', '2026-11-01'),
        ('America/New_York', '2026-11-02 04:59:59', '2026-11-01'),
        ('America/New_York', '2026-11-02 05:00:00', '2026-11-02'),
    ] %}
    {%- for zone, instant, local_day in cases %}
    select
        '{{ zone }}' as time_zone,
        cast('{{ instant }}' as {{ dbt.type_timestamp() }}) as happened_at,
        cast('{{ local_day }}' as date) as local_day
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select * from instants
where {{ local_date('happened_at', 'time_zone') }} != local_day
