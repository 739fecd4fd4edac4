-- Facts that add rows up (stock, marketing) hold the rows, units and money that were accepted, per system and day.
with

held as (

    select
        source_system,
        stock_on as occurred_on,
        sum(source_row_count) as row_count,
        sum(source_units) as source_units,
        0 as source_amount
    from {{ ref('fct_stock_daily') }}
    where method = 'recorded'
    group by source_system, stock_on
    union all
    select
        platform as source_system,
        active_on as occurred_on,
        sum(source_row_count) as row_count,
        0 as source_units,
        sum(spend_amount) as source_amount
    from {{ ref('fct_marketing_daily') }}
    where platform in ('google_ads', 'meta_ads')
    group by platform, active_on

),

accepted as (

    select
        source_system,
        occurred_on,
        sum(row_count) as row_count,
        sum(source_units) as source_units,
        sum(source_amount) as source_amount
    from {{ ref('int_fact_totals_stocked') }}
    group by source_system, occurred_on

)

select
    accepted.source_system,
    accepted.occurred_on,
    held.source_system as held_system
from accepted
full outer join held
    on accepted.source_system = held.source_system and accepted.occurred_on = held.occurred_on
where
    accepted.source_system is null
    or held.source_system is null
    or accepted.row_count != held.row_count
    or accepted.source_units != held.source_units
    or accepted.source_amount != held.source_amount
