-- Flows of stock per SKU, location and day, each kind on its own: sales and restocked returns, and from the ERP receipts,
-- customers' returns, transfers and adjustments. A location of which the ERP knows no line moves as its warehouse says.
-- Goods that were sent and haven't arrived are dispatched, not transferred in.
with

sales_flows as (

    select * from {{ ref('int_stock_sales_flowed') }}

),

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
        movement_reason in ('receipt', 'transfer_in', 'transfer_out', 'adjust')
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
        case when is_opening_stock then 1 else 0 end as opening_count
    from erp_lines
    where coalesce(moved_on, closed_on) is not null
    union all
    select
        sku_id,
        location_id,
        transacted_on as flowed_on,
        'dispatch' as movement_kind,
        units,
        0 as opening_count
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
            else 'transfer'
        end as movement_kind,
        warehouse_lines.source_units as units,
        0 as opening_count
    from warehouse_lines
    left join erp_locations on warehouse_lines.location_id = erp_locations.location_id
    where erp_locations.location_id is null

),

unioned as (

    select
        sku_id,
        location_id,
        flowed_on,
        sold_units,
        return_units,
        0 as receipt_units,
        0 as transfer_in_units,
        0 as transfer_out_units,
        0 as adjustment_units,
        0 as dispatched_units,
        0 as opening_count
    from sales_flows
    union all
    select
        sku_id,
        location_id,
        flowed_on,
        0 as sold_units,
        case when movement_kind = 'return' then units else 0 end as return_units,
        case when movement_kind = 'receipt' then units else 0 end as receipt_units,
        case when movement_kind = 'transfer' and units > 0 then units else 0 end as transfer_in_units,
        case when movement_kind = 'transfer' and units < 0 then -units else 0 end as transfer_out_units,
        case when movement_kind = 'adjustment' then units else 0 end as adjustment_units,
        case when movement_kind = 'dispatch' then units else 0 end as dispatched_units,
        opening_count
    from moved
    cross join cut_off
    where moved.flowed_on <= cut_off.data_until_on

),

summed as (

    select
        sku_id,
        location_id,
        flowed_on,
        {{ money('sum(sold_units)') }} as sold_units,
        {{ money('sum(return_units)') }} as return_units,
        {{ money('sum(receipt_units)') }} as receipt_units,
        {{ money('sum(transfer_in_units)') }} as transfer_in_units,
        {{ money('sum(transfer_out_units)') }} as transfer_out_units,
        {{ money('sum(adjustment_units)') }} as adjustment_units,
        {{ money('sum(dispatched_units)') }} as dispatched_units,
        max(opening_count) > 0 as is_opening
    from unioned
    group by sku_id, location_id, flowed_on

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'flowed_on']) }} as stock_flow_id,
        sku_id,
        location_id,
        flowed_on,
        receipt_units,
        return_units,
        transfer_in_units,
        transfer_out_units,
        adjustment_units,
        sold_units,
        {{ money('receipt_units + return_units + transfer_in_units - transfer_out_units + adjustment_units - sold_units') }}
            as flow_units,
        dispatched_units,
        is_opening
    from summed

)

select * from final
