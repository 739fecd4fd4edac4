-- What the supply, stock and marketing facts hold of each source table: rows, units and money as the source wrote them.
with

counted as (

    select
        'netsuite' as source_system,
        'transactionline' as source_table,
        1 as row_count,
        source_units,
        source_amount
    from {{ ref('fct_purchase_orders') }}
    union all
    select
        source_system,
        case source_system
            when 'netsuite' then 'transactionline'
            else 'receipt'
        end as source_table,
        1 as row_count,
        source_units,
        source_amount
    from {{ ref('fct_receipts') }}
    union all
    select
        source_system,
        source_table,
        1 as row_count,
        source_units,
        source_amount
    from {{ ref('fct_stock_movements') }}
    union all
    select
        source_system,
        case source_system
            when 'wms' then 'stock_snapshot'
            when 'netsuite' then 'aggregateitemlocation'
            when 'amazon' then 'fba_inventory_summary'
            else 'inventory_quantity'
        end as source_table,
        source_row_count as row_count,
        source_units,
        0 as source_amount
    from {{ ref('fct_stock_daily') }}
    where method = 'recorded'
    union all
    select
        platform as source_system,
        case platform
            when 'google_ads' then 'campaign_stats'
            else 'basic_ad'
        end as source_table,
        source_row_count as row_count,
        0 as source_units,
        spend_amount as source_amount
    from {{ ref('fct_marketing_daily') }}
    where platform in ('google_ads', 'meta_ads')

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
