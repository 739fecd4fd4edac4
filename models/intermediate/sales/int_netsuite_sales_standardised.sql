-- Lines of sales orders and cash sales in the ERP: wholesale. What has shipped is sold; the rest of the order is
-- committed or was never delivered. Invoices repeat orders, so they aren't sales again.
{%- set shipped_quantity %}
case
            when lines.shipped_received_quantity is not null then lines.shipped_received_quantity
            -- where nothing tells what has shipped: nothing has of an order that waits to be
            when lower(transactions.transaction_status) in (
                'pending approval', 'pending fulfillment', 'salesord:a', 'salesord:b'
            ) or (transactions.transaction_type = 'SalesOrd' and lower(transactions.transaction_status) in ('a', 'b')) then 0
            else -lines.quantity
        end
{%- endset %}
with

lines as (

    select * from {{ ref('stg_netsuite__transactionline') }}

),

transactions as (

    select * from {{ ref('stg_netsuite__transaction') }}
    where delivery_rank = 1 and transaction_type in ('SalesOrd', 'CashSale')

),

units as (

    select * from {{ ref('int_units_standardised') }}

),

unit_list as (

    -- without a list of units every quantity is in eaches
    select count(*) > 0 as is_delivered from units

),

items as (

    select * from {{ ref('stg_netsuite__item') }}
    where delivery_rank = 1

),

sales_lines as (

    select
        lines.*,
        transactions.transaction_type,
        transactions.transacted_on,
        transactions.created_at,
        transactions.entity_id,
        transactions.currency_code,
        transactions.transaction_status,
        lower(transactions.transaction_status) as transaction_state,
        items.item_code,
        items.item_type,
        unit_list.is_delivered and lines.unit_id is not null and not coalesce(units.has_rate, false) as is_unit_unknown,
        {{ base_units('-lines.quantity', 'coalesce(units.eaches_per_unit, 1)', 'coalesce(units.is_measured, false)') }} as ordered_units,
        -- the ERP writes what leaves as negative, what has shipped as positive
        {{ base_units(shipped_quantity, 'coalesce(units.eaches_per_unit, 1)', 'coalesce(units.is_measured, false)') }} as shipped_units,
        {{ base_units('abs(lines.backordered_quantity)', 'coalesce(units.eaches_per_unit, 1)', 'coalesce(units.is_measured, false)') }}
            as waiting_units,
        {{ latest_of(['lines.landed_at', 'transactions.landed_at']) }} as renewed_at
    from lines
    inner join transactions
        on lines.source_instance = transactions.source_instance and lines.transaction_id = transactions.transaction_id
    left join items
        on lines.source_instance = items.source_instance and lines.item_id = items.item_id
    left join units
        on lines.source_instance = units.source_instance and lines.unit_id = units.unit_id
    cross join unit_list
    where not coalesce(lines.is_main_line, false)

),

judged as (

    select
        *,
        -- as words, or as the letters that the export has for them
        transaction_state in ('cancelled', 'canceled', 'voided', 'salesord:c')
        or (transaction_state = 'c' and transaction_type = 'SalesOrd') as is_cancelled,
        coalesce(is_closed, false) or coalesce(transaction_state in (
            'closed', 'billed', 'pending billing', 'fully billed', 'f', 'g', 'h', 'salesord:f', 'salesord:g', 'salesord:h'
        ), false) as is_done
    from sales_lines

),

final as (

    select
        'netsuite|transactionline|' || delivered_row_id as sales_line_id,
        'netsuite' as source_system,
        source_instance,
        'transactionline' as source_table,
        transaction_id as order_id,
        line_id,
        coalesce(item_code, item_id) as source_sku,
        'sku' as sku_key_type,
        cast(null as {{ dbt.type_string() }}) as source_item_id,
        transaction_type as source_channel,
        cast(null as {{ dbt.type_string() }}) as fulfilment_channel,
        location_id as source_location,
        'netsuite|' || entity_id as customer_id,
        currency_code,
        cast(transacted_on as {{ dbt.type_timestamp() }}) as ordered_at,
        transacted_on as business_on,
        cast(null as date) as returned_on,
        quantity as source_units,
        foreign_amount as source_amount,
        {{ money('shipped_units') }} as gross_units,
        {{ money('0') }} as returned_units,
        {{ money('abs(coalesce(foreign_amount, ' ~ times('quantity', 'unit_rate_amount') ~ ')) * (shipped_units / nullif(ordered_units, 0))') }}
            as gross_amount,
        {{ money('0') }} as discount_amount,
        {{ money('0') }} as returned_amount,
        -- the ERP's amounts are without tax, and it states none by line
        {{ money('0') }} as tax_amount,
        {{ money('0') }} as returned_tax_amount,
        {{ prices_include_tax('netsuite') }} as is_tax_included,
        cast(null as {{ dbt.type_string() }}) as tax_country_code,
        {{ money('ordered_units') }} as ordered_units,
        {{ money('case
            when is_done or coalesce(is_cancelled, false) or transaction_type != \'SalesOrd\' then 0
            when ordered_units > shipped_units then ordered_units - shipped_units
            else 0
        end') }} as open_units,
        {{ money('case
            when is_done or coalesce(is_cancelled, false) or transaction_type != \'SalesOrd\' then 0
            else coalesce(waiting_units, 0)
        end') }} as backordered_units,
        expected_receipt_on as expected_on,
        renewed_at as landed_at,
        unreadable_columns,
        x_columns,
        case
            when unreadable_columns is not null then 'unreadable value'
            when item_id is null and line_id is not null and coalesce(quantity, 0) = 0 then 'line without an item, not goods'
            when line_id is null or item_id is null then 'missing key'
            when delivery_rank > 1 then 'repeated delivery'
            when coalesce(is_deleted, false) then 'deleted at the source'
            when is_cancelled and coalesce(shipped_received_quantity, 0) = 0 then 'cancelled order'
            when quantity is null or quantity >= 0 then 'quantity is not positive'
            when is_unit_unknown then 'unknown unit'
            when coalesce(foreign_amount, unit_rate_amount) is null then 'no price'
        end as rejection_reason
    from judged

)

select * from final
