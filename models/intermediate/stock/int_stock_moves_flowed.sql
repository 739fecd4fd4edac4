-- What moved stock besides sales, per SKU, location and day: receipts, customers' returns, transfers and adjustments of
-- the ERP. A location of which the ERP knows no line moves as its warehouse says. Goods that were sent and haven't
-- arrived are dispatched, not transferred in. What the ERP tells of the day is kept beside it.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_move_id',
    meta={'restated_scope': 'all', 'restated_on': 'flowed_on'}
) }}

with

erp_lines as (

    select * from {{ ref('int_netsuite_lines_standardised') }}
    where
        movement_kind is not null
        and sku_id is not null
        and location_id is not null
        and (rejection_reason is null or rejection_reason = 'dated after the cut-off')

),

warehouse_lines as (

    select * from {{ ref('int_wms_movements_standardised') }}
    where
        movement_reason in ('receipt', 'transfer_in', 'transfer_out', 'adjust', 'scrap')
        and sku_id is not null
        and location_id is not null
        and (rejection_reason is null or rejection_reason = 'dated after the cut-off')

),

erp_locations as (

    select distinct location_id from erp_lines

),

cut_off as (

    select data_until_on from {{ ref('int_sales_cut_off') }}

),

moved as (

    select
        sku_id,
        location_id,
        -- a transfer that arrived after the cut-off still leads back from the present stock
        coalesce(moved_on, closed_on) as flowed_on,
        movement_kind,
        units,
        case when is_opening_stock then 1 else 0 end as opening_count,
        case when transaction_type in ('ItemRcpt', 'TrnfrOrd') and units > 0 and moved_on is not null then 1 else 0 end
            as delivery_count,
        case when transaction_type = 'TrnfrOrd' and units < 0 then 1 else 0 end as departure_count,
        case when transaction_type = 'InvAdjst' and units < 0 then 1 else 0 end as shortage_count
    from erp_lines
    where coalesce(moved_on, closed_on) is not null
    union all
    select
        sku_id,
        location_id,
        transacted_on as flowed_on,
        'dispatch' as movement_kind,
        units,
        0 as opening_count,
        0 as delivery_count,
        0 as departure_count,
        0 as shortage_count
    from erp_lines
    where movement_kind = 'transfer' and units > 0
    union all
    select
        warehouse_lines.sku_id,
        warehouse_lines.location_id,
        warehouse_lines.moved_on as flowed_on,
        case warehouse_lines.movement_reason
            when 'receipt' then 'receipt'
            when 'adjust' then 'adjustment'
            when 'scrap' then 'adjustment'
            else 'transfer'
        end as movement_kind,
        warehouse_lines.source_units as units,
        0 as opening_count,
        0 as delivery_count,
        0 as departure_count,
        0 as shortage_count
    from warehouse_lines
    left join erp_locations on warehouse_lines.location_id = erp_locations.location_id
    where erp_locations.location_id is null

),

final as (

    select
        {{ key_of(['moved.sku_id', 'moved.location_id', 'moved.flowed_on']) }} as stock_move_id,
        moved.sku_id,
        moved.location_id,
        moved.flowed_on,
        {{ money("sum(case when moved.movement_kind = 'return' then moved.units else 0 end)") }} as return_units,
        {{ money("sum(case when moved.movement_kind = 'receipt' then moved.units else 0 end)") }} as receipt_units,
        {{ money("sum(case when moved.movement_kind = 'transfer' and moved.units > 0 then moved.units else 0 end)") }}
            as transfer_in_units,
        {{ money("sum(case when moved.movement_kind = 'transfer' and moved.units < 0 then -moved.units else 0 end)") }}
            as transfer_out_units,
        {{ money("sum(case when moved.movement_kind = 'adjustment' then moved.units else 0 end)") }} as adjustment_units,
        {{ money("sum(case when moved.movement_kind = 'dispatch' then moved.units else 0 end)") }} as dispatched_units,
        max(moved.opening_count) > 0 as is_opening,
        max(moved.delivery_count) > 0 as is_delivered,
        max(moved.departure_count) > 0 as has_departed,
        max(moved.shortage_count) > 0 as is_counted_short
    from moved
    cross join cut_off
    where moved.flowed_on <= cut_off.data_until_on
    group by moved.sku_id, moved.location_id, moved.flowed_on

)

select * from final
