-- Flows of stock per SKU, location and day, each kind on its own: sales and restocked returns, and receipts, customers'
-- returns, transfers and adjustments.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_flow_id',
    meta={
        'restated_by': ['int_stock_sales_flowed', 'int_stock_moves_flowed'],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'flowed_on',
        'restated_until': 'data_until_on'
    }
) }}

with

sales_flows as (

    select * from {{ ref('int_stock_sales_flowed') }}

),

moves as (

    select * from {{ ref('int_stock_moves_flowed') }}

),
{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),
{%- endif %}

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
        return_units,
        receipt_units,
        transfer_in_units,
        transfer_out_units,
        adjustment_units,
        dispatched_units,
        case when is_opening then 1 else 0 end as opening_count
    from moves

),

summed as (

    select
        unioned.sku_id,
        unioned.location_id,
        unioned.flowed_on,
        {{ money('sum(unioned.sold_units)') }} as sold_units,
        {{ money('sum(unioned.return_units)') }} as return_units,
        {{ money('sum(unioned.receipt_units)') }} as receipt_units,
        {{ money('sum(unioned.transfer_in_units)') }} as transfer_in_units,
        {{ money('sum(unioned.transfer_out_units)') }} as transfer_out_units,
        {{ money('sum(unioned.adjustment_units)') }} as adjustment_units,
        {{ money('sum(unioned.dispatched_units)') }} as dispatched_units,
        max(unioned.opening_count) > 0 as is_opening
    from unioned
    {%- if is_incremental() %}
    inner join restated
        on
            unioned.sku_id = restated.sku_id
            and unioned.location_id = restated.location_id
            and unioned.flowed_on >= restated.restated_from_on
    {%- endif %}
    group by unioned.sku_id, unioned.location_id, unioned.flowed_on

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
{{ restated_rows('restated') }}
