-- Net flow of stock per SKU, location and day, for locations that keep no daily record: sales and restocked returns,
-- transfers, receipts and adjustments. Kits flow as their components.
with

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}

),

erp_lines as (

    select * from {{ ref('int_netsuite_lines_standardised') }}
    where transaction_type in ('TrnfrOrd', 'InvAdjst', 'ItemRcpt') and rejection_reason is null and moved_on is not null

),

flows as (

    select
        sku_id,
        location_id,
        business_on as flowed_on,
        -gross_units + case when is_return_line then returned_units else 0 end as flow_units
    from sales_lines
    union all
    select
        sku_id,
        location_id,
        moved_on as flowed_on,
        units as flow_units
    from erp_lines

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'flowed_on']) }} as stock_flow_id,
        sku_id,
        location_id,
        flowed_on,
        {{ money('sum(flow_units)') }} as flow_units
    from flows
    group by sku_id, location_id, flowed_on

)

select * from final
