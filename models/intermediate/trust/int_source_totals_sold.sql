-- What the sales and ledger tables landed: rows, units and money, before any rule.
with

totals as (

    select
        'shopify' as source_system,
        'order_line' as source_table,
        units as source_units,
        gross_amount as source_amount
    from {{ ref('stg_shopify__order_line') }}
    union all
    select
        'shopify' as source_system,
        'order_line_refund' as source_table,
        units as source_units,
        refund_amount as source_amount
    from {{ ref('stg_shopify__order_line_refund') }}
    union all
    select
        'amazon' as source_system,
        'order_item' as source_table,
        units as source_units,
        gross_amount as source_amount
    from {{ ref('stg_amazon__order_item') }}
    union all
    select
        'pos' as source_system,
        'sales_line' as source_table,
        units as source_units,
        {{ money('units * unit_price_amount') }} as source_amount
    from {{ ref('stg_pos__sales_line') }}
    union all
    select
        'netsuite' as source_system,
        'transactionline' as source_table,
        quantity as source_units,
        foreign_amount as source_amount
    from {{ ref('stg_netsuite__transactionline') }}
    union all
    select
        'orders' as source_system,
        'order_line' as source_table,
        units as source_units,
        {{ money('coalesce(units, 0) * coalesce(unit_price_amount, 0)') }} as source_amount
    from {{ ref('stg_orders__order_line') }}

),

final as (

    select
        source_system || '|' || source_table as source_total_id,
        source_system,
        source_table,
        count(*) as row_count,
        {{ money('coalesce(sum(source_units), 0)') }} as source_units,
        {{ money('coalesce(sum(source_amount), 0)') }} as source_amount
    from totals
    group by source_system, source_table

)

select * from final
