-- What the stock and warehouse tables landed: rows, units and money, before any rule.
with

totals as (

    select
        'wms' as source_system,
        'stock_snapshot' as source_table,
        units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_wms__stock_snapshot') }}
    union all
    select
        'wms' as source_system,
        'receipt' as source_table,
        units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_wms__receipt') }}
    union all
    select
        'wms' as source_system,
        'movement' as source_table,
        units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_wms__movement') }}
    union all
    select
        'netsuite' as source_system,
        'aggregateitemlocation' as source_table,
        on_hand_units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_netsuite__aggregateitemlocation') }}
    union all
    select
        'amazon' as source_system,
        'fba_inventory_summary' as source_table,
        total_units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_amazon__fba_inventory_summary') }}
    union all
    select
        'shopify' as source_system,
        'inventory_quantity' as source_table,
        units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_shopify__inventory_quantity') }}

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
