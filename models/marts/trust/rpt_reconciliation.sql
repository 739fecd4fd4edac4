with

quarantine_totals as (

    select
        source_system,
        source_instance,
        source_table,
        occurred_on,
        currency_code,
        count(*) as row_count,
        sum(source_units) as source_units,
        sum(source_amount) as source_amount
    from {{ ref('fct_quarantine') }}
    -- mails hold neither units nor money
    where source_system != 'klaviyo'
    group by source_system, source_instance, source_table, occurred_on, currency_code

),

totals as (

    {%- for model in ['int_source_totals_sold', 'int_source_totals_stocked'] %}
    select
        'source' as side,
        source_system,
        source_instance,
        source_table,
        occurred_on,
        currency_code,
        row_count,
        source_units,
        source_amount
    from {{ ref(model) }}
    union all
    {%- endfor %}
    {%- for model in ['int_fact_totals_sold', 'int_fact_totals_stocked', 'int_fact_totals_supplied'] %}
    select
        'fact' as side,
        source_system,
        source_instance,
        source_table,
        occurred_on,
        currency_code,
        row_count,
        source_units,
        source_amount
    from {{ ref(model) }}
    union all
    {%- endfor %}
    select
        'quarantine' as side,
        source_system,
        source_instance,
        source_table,
        occurred_on,
        currency_code,
        row_count,
        source_units,
        source_amount
    from quarantine_totals

),

summed as (

    select
        source_system,
        source_instance,
        source_table,
        occurred_on,
        currency_code,
        coalesce(sum(case when side = 'source' then row_count end), 0) as source_row_count,
        {{ money("coalesce(sum(case when side = 'source' then source_units end), 0)") }} as source_units,
        {{ money("coalesce(sum(case when side = 'source' then source_amount end), 0)") }} as source_amount,
        coalesce(sum(case when side = 'fact' then row_count end), 0) as fact_row_count,
        {{ money("coalesce(sum(case when side = 'fact' then source_units end), 0)") }} as fact_units,
        {{ money("coalesce(sum(case when side = 'fact' then source_amount end), 0)") }} as fact_amount,
        coalesce(sum(case when side = 'quarantine' then row_count end), 0) as quarantine_row_count,
        {{ money("coalesce(sum(case when side = 'quarantine' then source_units end), 0)") }} as quarantine_units,
        {{ money("coalesce(sum(case when side = 'quarantine' then source_amount end), 0)") }} as quarantine_amount
    from totals
    group by source_system, source_instance, source_table, occurred_on, currency_code

),

final as (

    select
        {{ key_of(['source_system', 'source_table', 'source_instance', 'occurred_on', 'currency_code']) }} as reconciliation_id,
        source_system,
        source_instance,
        source_table,
        cast(occurred_on as date) as occurred_on,
        currency_code,
        cast(source_row_count as {{ dbt.type_bigint() }}) as source_row_count,
        cast(fact_row_count as {{ dbt.type_bigint() }}) as fact_row_count,
        cast(quarantine_row_count as {{ dbt.type_bigint() }}) as quarantine_row_count,
        cast(source_row_count - fact_row_count - quarantine_row_count as {{ dbt.type_bigint() }}) as unexplained_row_count,
        source_units,
        fact_units,
        quarantine_units,
        {{ money('source_units - fact_units - quarantine_units') }} as unexplained_units,
        source_amount,
        fact_amount,
        quarantine_amount,
        {{ money('source_amount - fact_amount - quarantine_amount') }} as unexplained_amount,
        source_row_count = fact_row_count + quarantine_row_count
        and source_units = fact_units + quarantine_units
        and source_amount = fact_amount + quarantine_amount as is_tied
    from summed

)

select * from final
