-- What the stock, warehouse and ad tables delivered per account and day: rows, units and money as the source wrote them,
-- counted where every delivered row still stands.
with

counted as (

    select
        source_system,
        source_instance,
        source_table,
        recorded_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as currency_code,
        source_units,
        {{ money('0') }} as source_amount
    from {{ ref('int_stock_resolved') }}
    union all
    select
        'wms' as source_system,
        source_instance,
        'receipt' as source_table,
        received_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as currency_code,
        source_units,
        {{ money('0') }} as source_amount
    from {{ ref('int_wms_receipts_standardised') }}
    union all
    select
        'wms' as source_system,
        source_instance,
        'movement' as source_table,
        moved_on as occurred_on,
        cast(null as {{ dbt.type_string() }}) as currency_code,
        source_units,
        {{ money('0') }} as source_amount
    from {{ ref('int_wms_movements_standardised') }}
    union all
    select
        platform as source_system,
        source_instance,
        source_table,
        active_on as occurred_on,
        currency_code,
        {{ money('0') }} as source_units,
        spend_amount as source_amount
    from {{ ref('int_marketing_resolved') }}
    where platform in ('google_ads', 'meta_ads')

),

final as (

    select
        {{ key_of(['source_system', 'source_table', 'source_instance', 'occurred_on', 'currency_code']) }} as source_total_id,
        source_system,
        source_instance,
        source_table,
        occurred_on,
        currency_code,
        cast(count(*) as {{ dbt.type_bigint() }}) as row_count,
        {{ money('coalesce(sum(source_units), 0)') }} as source_units,
        {{ money('coalesce(sum(source_amount), 0)') }} as source_amount
    from counted
    group by source_system, source_instance, source_table, occurred_on, currency_code

)

select * from final
