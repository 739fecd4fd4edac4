-- What sales took off the shelf and what came back onto it, per SKU, location and day. Kits leave and return as their
-- components. A return of the tills is back on the shelf on its day; a refund of a shop only if it was restocked, on the
-- refund's day, and what was cancelled before it counted as sold never left. Sales after the cut-off count here too: they
-- lead from the present record back to the cut-off.
with

sales_lines as (

    select * from {{ ref('int_sales_mapped') }}
    where row_reason is null and mapping_reason is null

),

-- read apart: an engine that keeps what is read twice would keep every line
shop_lines as (

    select * from {{ ref('int_sales_mapped') }}
    where row_reason is null and mapping_reason is null and source_system = 'shopify'

),

refund_lines as (

    select * from {{ ref('int_shopify_refunds_standardised') }}
    where rejection_reason is null and is_restocked and refunded_on is not null

),

kits as (

    select
        kit_sku_id,
        component_sku_id,
        component_units
    from {{ ref('int_kits_exploded') }}

),

cut_off as (

    select data_until_on from {{ ref('int_sales_cut_off') }}

),

restocked as (

    select
        shop_lines.sku_id,
        shop_lines.location_id,
        refund_lines.refunded_on as flowed_on,
        0 as sold_units,
        refund_lines.source_units * shop_lines.units_per_key as returned_units
    from refund_lines
    inner join shop_lines
        on
            refund_lines.source_instance = shop_lines.source_instance
            and refund_lines.order_line_id = shop_lines.line_id
    where
        coalesce(refund_lines.restock_type, '') != 'cancel'
        or shop_lines.gross_units >= coalesce(shop_lines.ordered_units, shop_lines.gross_units)

),

flowed as (

    select
        sku_id,
        location_id,
        business_on as flowed_on,
        gross_units as sold_units,
        case when gross_units = 0 then returned_units else 0 end as returned_units
    from sales_lines
    union all
    select * from restocked

),

unioned as (

    select flowed.*
    from flowed
    cross join cut_off
    where flowed.flowed_on <= cut_off.data_until_on

),

final as (

    select
        {{ key_of(['coalesce(kits.component_sku_id, unioned.sku_id)', 'unioned.location_id', 'unioned.flowed_on']) }}
            as stock_sale_id,
        coalesce(kits.component_sku_id, unioned.sku_id) as sku_id,
        unioned.location_id,
        unioned.flowed_on,
        {{ money('sum(unioned.sold_units * coalesce(kits.component_units, 1))') }} as sold_units,
        {{ money('sum(unioned.returned_units * coalesce(kits.component_units, 1))') }} as return_units
    from unioned
    left join kits on unioned.sku_id = kits.kit_sku_id
    group by coalesce(kits.component_sku_id, unioned.sku_id), unioned.location_id, unioned.flowed_on
    having sum(abs(unioned.sold_units) + abs(unioned.returned_units)) > 0

)

select * from final
