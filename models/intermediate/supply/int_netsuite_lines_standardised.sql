-- Lines of purchase orders, receipts, transfers and adjustments of the ERP, in eaches, with SKU and location. A receipt
-- of what a customer sends back is a return; of a transfer, its arrival: then the order's own line moves nothing.
with

lines as (

    select * from {{ ref('stg_netsuite__transactionline') }}

),

transactions as (

    select * from {{ ref('stg_netsuite__transaction') }}
    where
        delivery_rank = 1
        and transaction_type in ('PurchOrd', 'ItemRcpt', 'TrnfrOrd', 'InvTrnfr', 'InvAdjst', 'RtnAuth')

),

items as (

    select * from {{ ref('stg_netsuite__item') }}
    where delivery_rank = 1

),

units as (

    select * from {{ ref('int_units_standardised') }}

),

unit_list as (

    -- without a list of units every quantity is in eaches
    select count(*) > 0 as is_delivered from units

),

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}
    where source_system = 'netsuite' and sku_key_type = 'sku'

),

mapped_locations as (

    select * from {{ ref('int_locations_mapped') }}
    where source_system = 'netsuite'

),

suppliers as (

    select * from {{ ref('int_suppliers_mapped') }}
    where source_system = 'netsuite'

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

-- transfers whose arrival has receipts of its own
received_transfers as (

    select distinct
        lines.source_instance,
        lines.created_from_transaction_id as transaction_id
    from lines
    inner join transactions
        on lines.source_instance = transactions.source_instance and lines.transaction_id = transactions.transaction_id
    where transactions.transaction_type = 'ItemRcpt' and lines.created_from_transaction_id is not null

),

joined as (

    select
        lines.*,
        transactions.transaction_type,
        origins.transaction_type as origin_type,
        received_transfers.transaction_id is not null as has_receipts,
        transactions.is_opening_stock,
        cut_off.cut_off_on,
        transactions.transaction_number,
        transactions.transacted_on,
        coalesce(suppliers.supplier_id, transactions.entity_id) as entity_id,
        transactions.currency_code,
        transactions.transaction_status,
        transactions.due_on,
        transactions.closed_on,
        items.item_code,
        sku_keys.sku_id,
        sku_keys.candidate_count,
        mapped_locations.location_id as standard_location_id,
        coalesce(units.eaches_per_unit, 1) as eaches_per_unit,
        coalesce(units.is_measured, false) as is_measured,
        unit_list.is_delivered and lines.unit_id is not null and not coalesce(units.has_rate, false) as is_unit_unknown
    from lines
    cross join cut_off
    inner join transactions
        on lines.source_instance = transactions.source_instance and lines.transaction_id = transactions.transaction_id
    left join transactions as origins
        on
            lines.source_instance = origins.source_instance
            and lines.created_from_transaction_id = origins.transaction_id
    left join received_transfers
        on
            lines.source_instance = received_transfers.source_instance
            and lines.transaction_id = received_transfers.transaction_id
    left join items
        on lines.source_instance = items.source_instance and lines.item_id = items.item_id
    left join units
        on lines.source_instance = units.source_instance and lines.unit_id = units.unit_id
    left join sku_keys
        on items.source_instance = sku_keys.source_instance and items.item_code = sku_keys.source_sku
    left join mapped_locations
        on
            mapped_locations.source_instance in (lines.source_instance, '*')
            and lines.location_id = mapped_locations.source_location
    left join suppliers
        on transactions.source_instance = suppliers.source_instance and transactions.entity_id = suppliers.source_supplier
    cross join unit_list
    where not coalesce(lines.is_main_line, false) and transactions.transaction_type != 'RtnAuth'

),

final as (

    select
        'netsuite|transactionline|' || delivered_row_id as erp_line_id,
        source_instance,
        transaction_type,
        transaction_id,
        transaction_number,
        line_id,
        created_from_transaction_id,
        entity_id,
        currency_code,
        transacted_on,
        -- a transfer leaves on its day and arrives when it is closed; until then it is in transit
        case
            when transaction_type = 'TrnfrOrd' and quantity > 0 and closed_on > cut_off_on then null
            when transaction_type = 'TrnfrOrd' and quantity > 0 then closed_on
            else transacted_on
        end as moved_on,
        case
            when transaction_type = 'ItemRcpt' and origin_type = 'RtnAuth' then 'return'
            when transaction_type = 'ItemRcpt' and origin_type = 'TrnfrOrd' then 'transfer'
            when transaction_type = 'ItemRcpt' then 'receipt'
            when transaction_type = 'TrnfrOrd' and quantity > 0 and has_receipts then null
            when transaction_type in ('TrnfrOrd', 'InvTrnfr') then 'transfer'
            when transaction_type = 'InvAdjst' then 'adjustment'
        end as movement_kind,
        is_opening_stock,
        closed_on,
        coalesce(expected_receipt_on, due_on) as expected_on,
        item_code as source_sku,
        sku_id,
        standard_location_id as location_id,
        eaches_per_unit,
        quantity as source_units,
        foreign_amount as source_amount,
        {{ base_units('quantity', 'eaches_per_unit', 'is_measured') }} as units,
        {{ base_units('coalesce(shipped_received_quantity, 0)', 'eaches_per_unit', 'is_measured') }} as received_units,
        {{ money('unit_rate_amount / nullif(eaches_per_unit, 0)') }} as unit_cost_amount,
        (
            coalesce(is_closed, false)
            or coalesce(lower(transaction_status) in (
                'closed', 'cancelled', 'canceled', 'rejected', 'rejected by supervisor', 'pending bill', 'fully billed', 'received',
                'purchord:c', 'purchord:f', 'purchord:g', 'purchord:h'
            ), false)
            or (transaction_type = 'PurchOrd' and coalesce(lower(transaction_status) in ('c', 'f', 'g', 'h'), false))
        ) and not coalesce(closed_on > cut_off_on, false) as is_closed,
        case
            when unreadable_columns is not null then 'unreadable value'
            when item_id is null and line_id is not null and coalesce(quantity, 0) = 0 then 'line without an item, not goods'
            when line_id is null or item_id is null then 'missing key'
            when delivery_rank > 1 then 'repeated delivery'
            when coalesce(is_deleted, false) then 'deleted at the source'
            when quantity is null then 'no quantity'
            when transaction_type in ('PurchOrd', 'ItemRcpt') and quantity <= 0 then 'quantity is not positive'
            when is_unit_unknown then 'unknown unit'
            when candidate_count > 1 then 'SKU in conflict'
            when sku_id is null then 'unmapped SKU'
            when standard_location_id is null then 'unknown location'
            when transacted_on is null then 'no date'
            when transacted_on < cast('{{ var("earliest_date") }}' as date) then 'dated before the business'
            -- last of all: what is only too late still leads from the present stock back to the cut-off
            when transacted_on > cut_off_on then 'dated after the cut-off'
        end as rejection_reason
    from joined

)

select * from final
