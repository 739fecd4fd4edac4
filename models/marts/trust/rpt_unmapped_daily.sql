with

sales_lines as (

    select
        source_system,
        business_on,
        rejection_reason is not null as is_unmapped,
        abs(coalesce(source_units, 0)) as units,
        abs(coalesce({{ times('source_amount', 'exchange_rate') }}, 0)) as amount
    from {{ ref('int_sales_resolved') }}
    where
        (
            rejection_reason is null
            or rejection_reason in ('unmapped SKU', 'SKU in conflict', 'unknown channel', 'unknown location', 'no exchange rate')
        )
        and business_on is not null

),

final as (

    select
        source_system || '|' || cast(business_on as {{ dbt.type_string() }}) as unmapped_day_id,
        source_system,
        business_on,
        count(*) as row_count,
        cast(sum(case when is_unmapped then 1 else 0 end) as {{ dbt.type_bigint() }}) as unmapped_row_count,
        {{ money('sum(case when is_unmapped then units else 0 end)') }} as unmapped_units,
        {{ money('sum(amount)') }} as sold_reporting_amount,
        {{ money('sum(case when is_unmapped then amount else 0 end)') }} as unmapped_reporting_amount,
        {{ share('sum(case when is_unmapped then amount else 0 end) / nullif(sum(amount), 0)') }} as unmapped_share
    from sales_lines
    group by source_system, business_on

)

select * from final
