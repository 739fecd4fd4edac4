-- What sales took off the shelf and what came back onto it, per SKU, location and day. Kits leave and return as their
-- components. A return of the tills is back on the shelf on its day; a refund of a shop only if it was restocked, on the
-- refund's day. Sales after the cut-off count here too: they lead from the present record back to the cut-off.
with

sales_lines as (

    select * from {{ ref('int_sales_resolved') }}

),

refund_lines as (

    select * from {{ ref('int_shopify_refunds_counted') }}
    where
        (rejection_reason is null or rejection_reason = 'refund of a line in quarantine')
        and lower(restock_type) in ('return', 'cancel', 'legacy_restock')

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

left_lines as (

    select
        sales_lines.source_system,
        sales_lines.source_instance,
        sales_lines.line_id,
        sales_lines.sku_id,
        sales_lines.location_id,
        sales_lines.business_on,
        sales_lines.gross_units,
        case when sales_lines.gross_units = 0 then sales_lines.returned_units else 0 end as brought_back_units
    from sales_lines
    cross join cut_off
    where
        sales_lines.sku_id is not null
        and sales_lines.location_id is not null
        and sales_lines.business_on <= cut_off.data_until_on
        and sales_lines.gross_units + sales_lines.returned_units <= {{ var('max_line_units') }}
        and (sales_lines.rejection_reason is null or sales_lines.rejection_reason = 'dated after the cut-off')

),

restocked as (

    select
        left_lines.sku_id,
        left_lines.location_id,
        refund_lines.refunded_on as flowed_on,
        0 as sold_units,
        refund_lines.source_units as returned_units
    from refund_lines
    inner join left_lines
        on
            left_lines.source_system = 'shopify'
            and refund_lines.source_instance = left_lines.source_instance
            and refund_lines.order_line_id = left_lines.line_id
    where refund_lines.refunded_on is not null

),

unioned as (

    select
        sku_id,
        location_id,
        business_on as flowed_on,
        gross_units as sold_units,
        brought_back_units as returned_units
    from left_lines
    union all
    select * from restocked

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
