-- One row per SKU and location: the position that its orders answer for (own stock and that of the locations it
-- feeds), with cost, price, pack and lead time.
with

positions as (

    select * from {{ ref('int_stock_positions_local') }}

),

echelons as (

    select * from {{ ref('int_location_echelons') }}

),

locations as (

    select * from {{ ref('dim_location') }}

),

skus as (

    select * from {{ ref('dim_sku') }}

),

suppliers as (

    select * from {{ ref('dim_supplier') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

summed as (

    select
        positions.sku_id,
        echelons.location_id,
        echelons.is_supplied_externally,
        sum(positions.on_hand_units) as on_hand_units,
        sum(positions.committed_units) as committed_units,
        sum(positions.unsellable_units) as unsellable_units,
        -- what a warehouse books as inbound is part of its purchase orders
        sum(case
            when echelons.is_supplied_externally and echelons.location_id = echelons.member_location_id then 0
            else positions.in_transit_units
        end) as in_transit_units,
        sum(positions.on_order_units) as on_order_units
    from positions
    inner join echelons on positions.location_id = echelons.member_location_id
    group by positions.sku_id, echelons.location_id, echelons.is_supplied_externally

),

final as (

    select
        {{ key_of(['summed.sku_id', 'summed.location_id']) }} as stock_position_id,
        summed.sku_id,
        summed.location_id,
        cut_off.cut_off_on as decided_on,
        summed.is_supplied_externally,
        summed.on_hand_units,
        summed.committed_units,
        summed.unsellable_units,
        summed.in_transit_units,
        summed.on_order_units,
        skus.unit_cost_amount,
        skus.unit_price_amount,
        case when summed.is_supplied_externally then skus.supplier_id end as supplier_id,
        case when summed.is_supplied_externally then skus.case_pack_units else 1 end as case_pack_units,
        case when summed.is_supplied_externally then coalesce(suppliers.minimum_order_units, skus.minimum_order_units) end as minimum_order_units,
        case
            when not summed.is_supplied_externally then locations.transfer_lead_time_days
            when suppliers.receipt_count >= {{ var('lead_time_min_receipts') }} then suppliers.measured_lead_time_days
            else skus.agreed_lead_time_days
        end as lead_time_days,
        case
            when not summed.is_supplied_externally then 1
            when suppliers.receipt_count >= {{ var('lead_time_min_receipts') }} then suppliers.measured_lead_time_sd_days
        end as lead_time_sd_days,
        locations.review_days
    from summed
    inner join locations on summed.location_id = locations.location_id
    inner join skus on summed.sku_id = skus.sku_id
    left join suppliers on skus.supplier_id = suppliers.supplier_id
    cross join cut_off
    where
        not skus.is_kit
        and skus.is_active
        and (skus.phase_out_on is null or skus.phase_out_on > cut_off.cut_off_on)

)

select * from final
