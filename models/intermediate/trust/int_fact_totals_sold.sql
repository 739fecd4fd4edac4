-- What the sales facts hold of each source table: rows, units and money as the source wrote them.
with

counted as (

    select
        source_system,
        source_table,
        1 as row_count,
        source_units,
        source_amount
    from {{ ref('fct_sales') }}
    union all
    -- a refund counts as returned units on its order line
    select
        'shopify' as source_system,
        'order_line_refund' as source_table,
        0 as row_count,
        returned_units as source_units,
        returned_amount as source_amount
    from {{ ref('fct_sales') }}
    where source_system = 'shopify'
    union all
    select
        'shopify' as source_system,
        'order_line_refund' as source_table,
        1 as row_count,
        0 as source_units,
        0 as source_amount
    from {{ ref('int_shopify_refunds_counted') }}
    where rejection_reason is null

),

final as (

    select
        source_system || '|' || source_table as fact_total_id,
        source_system,
        source_table,
        cast(sum(row_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ money('coalesce(sum(source_units), 0)') }} as source_units,
        {{ money('coalesce(sum(source_amount), 0)') }} as source_amount
    from counted
    group by source_system, source_table

)

select * from final
