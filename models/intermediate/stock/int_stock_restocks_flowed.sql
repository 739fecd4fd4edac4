-- What the shops' refunds put back on the shelf, per SKU, location and day of the refund. Kits return as their
-- components; what was cancelled before it counted as sold never left.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_restock_id',
    meta={'restated_scope': 'all', 'restated_on': 'flowed_on'}
) }}

with

refund_lines as (

    select * from {{ ref('int_shopify_refunds_standardised') }}
    where rejection_reason is null and is_restocked and refunded_on is not null

),

shop_lines as (

    select * from {{ ref('int_sales_mapped') }}
    where row_reason is null and mapping_reason is null and source_system = 'shopify'

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
        refund_lines.source_units * shop_lines.units_per_key as returned_units
    from refund_lines
    inner join shop_lines
        on
            refund_lines.source_instance = shop_lines.source_instance
            and refund_lines.order_line_id = shop_lines.line_id
    cross join cut_off
    where
        refund_lines.refunded_on <= cut_off.data_until_on
        and (
            coalesce(refund_lines.restock_type, '') != 'cancel'
            or shop_lines.gross_units >= coalesce(shop_lines.ordered_units, shop_lines.gross_units)
        )

),

final as (

    select
        {{ key_of(['coalesce(kits.component_sku_id, restocked.sku_id)', 'restocked.location_id', 'restocked.flowed_on']) }}
            as stock_restock_id,
        coalesce(kits.component_sku_id, restocked.sku_id) as sku_id,
        restocked.location_id,
        restocked.flowed_on,
        {{ money('sum(restocked.returned_units * coalesce(kits.component_units, 1))') }} as return_units
    from restocked
    left join kits on restocked.sku_id = kits.kit_sku_id
    group by coalesce(kits.component_sku_id, restocked.sku_id), restocked.location_id, restocked.flowed_on
    having sum(abs(restocked.returned_units)) > 0

)

select * from final
