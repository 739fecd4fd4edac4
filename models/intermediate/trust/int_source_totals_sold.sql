-- What the sales and ledger tables landed: rows, units and money, before any rule.
with

totals as (

    select 'shopify' as source_system, 'order_line' as source_table, units as source_units, gross_amount as source_amount
    from {{ ref('stg_shopify__order_line') }}
    union all
    select 'shopify', 'order_line_refund', units, refund_amount
    from {{ ref('stg_shopify__order_line_refund') }}
    union all
    select 'amazon', 'order_item', units, gross_amount
    from {{ ref('stg_amazon__order_item') }}
    union all
    select 'pos', 'sales_line', units, {{ money('units * unit_price_amount') }}
    from {{ ref('stg_pos__sales_line') }}
    union all
    select 'netsuite', 'transactionline', quantity, foreign_amount
    from {{ ref('stg_netsuite__transactionline') }}
    union all
    select 'orders', 'order_line', units, {{ money('coalesce(units, 0) * coalesce(unit_price_amount, 0)') }}
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
