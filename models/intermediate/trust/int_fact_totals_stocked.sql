-- What the stock and marketing facts hold of each source table per account and day. Both facts add rows up, so their
-- rows are counted where they are accepted; the test `assert_summed_facts_hold_what_was_accepted` holds the facts
-- against this.
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
    where rejection_reason is null
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
    where platform in ('google_ads', 'meta_ads') and rejection_reason is null

),

final as (

    select
        {{ key_of(['source_system', 'source_table', 'source_instance', 'occurred_on', 'currency_code']) }} as fact_total_id,
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
