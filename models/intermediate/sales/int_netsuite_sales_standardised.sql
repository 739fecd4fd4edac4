-- Lines of sales orders and cash sales in the ERP: wholesale. What has shipped is sold; the rest of the order is
-- committed or was never delivered. Invoices repeat orders, so they aren't sales again.
with

lines as (

    select * from {{ ref('stg_netsuite__transactionline') }}

),

transactions as (

    select * from {{ ref('stg_netsuite__transaction') }}
    where delivery_rank = 1 and transaction_type in ('SalesOrd', 'CashSale')

),

units as (

    select * from {{ ref('stg_netsuite__unitstypeuom') }}
    where delivery_rank = 1

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
        items.item_code,
        items.item_type,
        coalesce(units.eaches_per_unit, 1) as eaches_per_unit,
        unit_list.is_delivered and lines.unit_id is not null and coalesce(units.eaches_per_unit, 0) <= 0 as is_unit_unknown,
        -- the ERP writes what leaves as negative, what has shipped as positive
        coalesce(lines.shipped_received_quantity, -lines.quantity) * coalesce(units.eaches_per_unit, 1) as shipped_units
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
        transaction_type as source_channel,
        cast(null as {{ dbt.type_string() }}) as fulfilment_channel,
        cast(null as {{ dbt.type_string() }}) as source_location,
        'netsuite|' || entity_id as customer_id,
        currency_code,
        cast(transacted_on as {{ dbt.type_timestamp() }}) as ordered_at,
        transacted_on as business_on,
        cast(null as date) as returned_on,
        quantity as source_units,
        foreign_amount as source_amount,
        {{ money('shipped_units') }} as gross_units,
        {{ money('0') }} as returned_units,
        {{ money('abs(coalesce(foreign_amount, quantity * unit_rate_amount)) * shipped_units / nullif(-quantity * eaches_per_unit, 0)') }}
            as gross_amount,
        {{ money('0') }} as discount_amount,
        {{ money('0') }} as returned_amount,
        unreadable_columns,
        x_columns,
        case
            when coalesce(is_deleted, false) then 'deleted at the source'
            when unreadable_columns is not null then 'unreadable value'
            when line_id is null or item_id is null then 'missing key'
            when delivery_rank > 1 then 'repeated delivery'
            when lower(transaction_status) in ('cancelled', 'canceled', 'voided') then 'cancelled order'
            when quantity is null or quantity >= 0 then 'quantity is not positive'
            when is_unit_unknown then 'unknown unit'
            when coalesce(foreign_amount, unit_rate_amount) is null then 'no price'
        end as rejection_reason
    from sales_lines

)

select * from final
