-- Rows, units and money of each delivered table are the same behind standardising as in front of it: nothing is dropped,
-- doubled or changed on the way from staging to where the books are counted. It reads every landed row.
{{ config(tags=['full_scan']) }}

with

staged as (

    select
        'shopify|order' as source_table,
        source_instance,
        {{ money('0') }} as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_shopify__order') }}
    union all
    select
        'shopify|order_line' as source_table,
        source_instance,
        units as source_units,
        gross_amount as source_amount
    from {{ ref('stg_shopify__order_line') }}
    union all
    select
        'shopify|discount_allocation' as source_table,
        source_instance,
        {{ money('0') }} as source_units,
        discount_amount as source_amount
    from {{ ref('stg_shopify__discount_allocation') }}
    union all
    select
        'amazon|orders' as source_table,
        source_instance,
        {{ money('0') }} as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_amazon__orders') }}
    union all
    select
        'shopify|order_line_refund' as source_table,
        source_instance,
        units as source_units,
        refund_amount as source_amount
    from {{ ref('stg_shopify__order_line_refund') }}
    union all
    select
        'shopify|order_adjustment' as source_table,
        source_instance,
        {{ money('0') }} as source_units,
        adjustment_amount as source_amount
    from {{ ref('stg_shopify__order_adjustment') }}
    union all
    select
        'shopify|inventory_quantity' as source_table,
        source_instance,
        units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_shopify__inventory_quantity') }}
    union all
    select
        'amazon|order_item' as source_table,
        source_instance,
        units as source_units,
        gross_amount as source_amount
    from {{ ref('stg_amazon__order_item') }}
    union all
    select
        'amazon|fba_inventory_summary' as source_table,
        source_instance,
        total_units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_amazon__fba_inventory_summary') }}
    union all
    select
        'pos|sales_line' as source_table,
        source_instance,
        units as source_units,
        {{ money(times('units', 'unit_price_amount')) }} as source_amount
    from {{ ref('stg_pos__sales_line') }}
    union all
    select
        'netsuite|transactionline' as source_table,
        source_instance,
        quantity as source_units,
        foreign_amount as source_amount
    from {{ ref('stg_netsuite__transactionline') }}
    union all
    select
        'netsuite|aggregateitemlocation' as source_table,
        source_instance,
        on_hand_units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_netsuite__aggregateitemlocation') }}
    union all
    select
        'orders|order_line' as source_table,
        source_instance,
        units as source_units,
        {{ money(times('coalesce(units, 0)', 'coalesce(unit_price_amount, 0)')) }} as source_amount
    from {{ ref('stg_orders__order_line') }}
    union all
    select
        'wms|stock_snapshot' as source_table,
        source_instance,
        units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_wms__stock_snapshot') }}
    union all
    select
        'wms|receipt' as source_table,
        source_instance,
        units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_wms__receipt') }}
    union all
    select
        'wms|movement' as source_table,
        source_instance,
        units as source_units,
        {{ money('0') }} as source_amount
    from {{ ref('stg_wms__movement') }}
    union all
    select
        'google_ads|campaign_stats' as source_table,
        source_instance,
        {{ money('0') }} as source_units,
        spend_amount as source_amount
    from {{ ref('stg_google_ads__campaign_stats') }}
    union all
    select
        'meta_ads|basic_ad' as source_table,
        source_instance,
        {{ money('0') }} as source_units,
        spend_amount as source_amount
    from {{ ref('stg_meta_ads__basic_ad') }}

),

landed as (

    select
        source_table,
        source_instance,
        count(*) as row_count,
        coalesce(sum(source_units), 0) as source_units,
        coalesce(sum(source_amount), 0) as source_amount
    from staged
    group by source_table, source_instance

),

counted as (

    select
        source_system || '|' || source_table as source_table,
        source_instance,
        sum(source_row_count) as row_count,
        sum(source_units) as source_units,
        sum(source_amount) as source_amount
    from {{ ref('rpt_reconciliation') }}
    group by source_system, source_table, source_instance

)

select
    landed.source_table,
    counted.source_table as counted_table
from landed
full outer join counted
    on landed.source_table = counted.source_table and landed.source_instance = counted.source_instance
where
    landed.source_table is null
    or counted.source_table is null
    or landed.row_count != counted.row_count
    or landed.source_units != counted.source_units
    or landed.source_amount != counted.source_amount
