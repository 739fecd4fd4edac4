with

order_lines as (

    select * from {{ ref('int_netsuite_lines_standardised') }}
    where transaction_type = 'PurchOrd' and rejection_reason is null

),

-- what the ERP says was received holds what came after the cut-off
late_receipts as (

    select
        source_instance,
        created_from_transaction_id as transaction_id,
        sku_id,
        sum(units) as late_units
    from {{ ref('int_netsuite_lines_standardised') }}
    where transaction_type = 'ItemRcpt' and rejection_reason = 'dated after the cut-off'
    group by source_instance, created_from_transaction_id, sku_id

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

run as (

    select
        order_lines.*,
        coalesce(late_receipts.late_units, 0) as late_units,
        sum(order_lines.received_units) over (
            partition by order_lines.source_instance, order_lines.transaction_id, order_lines.sku_id
            order by order_lines.erp_line_id
            rows between unbounded preceding and current row
        ) - order_lines.received_units as earlier_units
    from order_lines
    left join late_receipts
        on
            order_lines.source_instance = late_receipts.source_instance
            and order_lines.transaction_id = late_receipts.transaction_id
            and order_lines.sku_id = late_receipts.sku_id

),

-- lines of one SKU give back what came late one after the other
settled as (

    select
        *,
        case
            when late_units <= earlier_units then received_units
            when late_units - earlier_units >= received_units then 0
            else received_units - (late_units - earlier_units)
        end as settled_units
    from run

),

judged as (

    select
        *,
        -- what still came after the cut-off was open at it
        is_closed and settled_units = received_units as is_settled
    from settled

),

final as (

    select
        judged.erp_line_id as purchase_order_line_id,
        judged.transaction_id as purchase_order_id,
        judged.transaction_number as purchase_order_number,
        judged.sku_id,
        judged.location_id,
        judged.entity_id as supplier_id,
        judged.transacted_on as ordered_on,
        judged.expected_on,
        judged.units as ordered_units,
        {{ money('judged.settled_units') }} as received_units,
        {{ money('case
            when judged.is_settled or judged.settled_units >= judged.units then 0
            else judged.units - judged.settled_units
        end') }} as open_units,
        judged.is_settled as is_closed,
        judged.eaches_per_unit as case_pack_units,
        judged.currency_code,
        judged.unit_cost_amount,
        {{ money('judged.unit_cost_amount * rates.exchange_rate') }} as unit_cost_reporting_amount,
        judged.source_units,
        judged.source_amount
    from judged
    left join rates
        on judged.currency_code = rates.currency_code and judged.transacted_on = rates.valid_on

)

select * from final
