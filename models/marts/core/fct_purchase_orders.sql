with

order_lines as (

    select * from {{ ref('int_netsuite_lines_standardised') }}
    where transaction_type = 'PurchOrd' and rejection_reason is null

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

final as (

    select
        order_lines.erp_line_id as purchase_order_line_id,
        order_lines.transaction_id as purchase_order_id,
        order_lines.transaction_number as purchase_order_number,
        order_lines.sku_id,
        order_lines.location_id,
        order_lines.entity_id as supplier_id,
        order_lines.transacted_on as ordered_on,
        order_lines.expected_on,
        order_lines.units as ordered_units,
        order_lines.received_units,
        {{ money('case
            when order_lines.is_closed or order_lines.received_units >= order_lines.units then 0
            else order_lines.units - order_lines.received_units
        end') }} as open_units,
        order_lines.is_closed,
        order_lines.eaches_per_unit as case_pack_units,
        order_lines.currency_code,
        order_lines.unit_cost_amount,
        {{ money('order_lines.unit_cost_amount * rates.exchange_rate') }} as unit_cost_reporting_amount,
        order_lines.source_units,
        order_lines.source_amount
    from order_lines
    left join rates
        on order_lines.currency_code = rates.currency_code and order_lines.transacted_on = rates.valid_on

)

select * from final
