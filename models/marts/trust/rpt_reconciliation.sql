with

source_totals as (

    select * from {{ ref('int_source_totals_sold') }}
    union all
    select * from {{ ref('int_source_totals_stocked') }}
    union all
    select * from {{ ref('int_source_totals_marketed') }}

),

fact_totals as (

    select
        source_system,
        source_table,
        sum(row_count) as row_count,
        sum(source_units) as source_units,
        sum(source_amount) as source_amount
    from (
        select * from {{ ref('int_fact_totals_sold') }}
        union all
        select * from {{ ref('int_fact_totals_stocked') }}
    ) as totals
    group by source_system, source_table

),

quarantine_totals as (

    select
        source_system,
        source_table,
        count(*) as row_count,
        coalesce(sum(source_units), 0) as source_units,
        coalesce(sum(source_amount), 0) as source_amount
    from {{ ref('fct_quarantine') }}
    group by source_system, source_table

),

joined as (

    select
        source_totals.source_total_id as reconciliation_id,
        source_totals.source_system,
        source_totals.source_table,
        source_totals.row_count as source_row_count,
        coalesce(fact_totals.row_count, 0) as fact_row_count,
        coalesce(quarantine_totals.row_count, 0) as quarantine_row_count,
        source_totals.source_units,
        coalesce(fact_totals.source_units, 0) as fact_units,
        coalesce(quarantine_totals.source_units, 0) as quarantine_units,
        source_totals.source_amount,
        coalesce(fact_totals.source_amount, 0) as fact_amount,
        coalesce(quarantine_totals.source_amount, 0) as quarantine_amount
    from source_totals
    left join fact_totals
        on source_totals.source_system = fact_totals.source_system and source_totals.source_table = fact_totals.source_table
    left join quarantine_totals
        on
            source_totals.source_system = quarantine_totals.source_system
            and source_totals.source_table = quarantine_totals.source_table

),

final as (

    select
        reconciliation_id,
        source_system,
        source_table,
        cast(source_row_count as {{ dbt.type_bigint() }}) as source_row_count,
        cast(fact_row_count as {{ dbt.type_bigint() }}) as fact_row_count,
        cast(quarantine_row_count as {{ dbt.type_bigint() }}) as quarantine_row_count,
        source_units,
        {{ money('fact_units') }} as fact_units,
        {{ money('quarantine_units') }} as quarantine_units,
        {{ money('source_units - fact_units - quarantine_units') }} as unexplained_units,
        source_amount,
        {{ money('fact_amount') }} as fact_amount,
        {{ money('quarantine_amount') }} as quarantine_amount,
        {{ money('source_amount - fact_amount - quarantine_amount') }} as unexplained_amount,
        source_row_count = fact_row_count + quarantine_row_count
        and source_units = fact_units + quarantine_units
        and source_amount = fact_amount + quarantine_amount as is_tied
    from joined

)

select * from final
