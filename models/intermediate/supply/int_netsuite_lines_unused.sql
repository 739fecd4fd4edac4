-- Lines of the ERP that are neither sale nor supply: heads of transactions, invoices that repeat an order, lines whose
-- transaction is missing. They are told apart so that every line of the ledger is accounted for.
with

lines as (

    select * from {{ ref('stg_netsuite__transactionline') }}

),

transactions as (

    select * from {{ ref('stg_netsuite__transaction') }}
    -- with those that the ERP has deleted
    where delivery_rank <= 1

),

joined as (

    select
        lines.*,
        transactions.transaction_type,
        transactions.transaction_number,
        transactions.transacted_on,
        transactions.currency_code,
        coalesce(transactions.delivery_rank = 0, false) as is_transaction_deleted
    from lines
    left join transactions
        on lines.source_instance = transactions.source_instance and lines.transaction_id = transactions.transaction_id

),

final as (

    select
        'netsuite|transactionline|' || delivered_row_id as erp_line_id,
        source_instance,
        transaction_type,
        transaction_number,
        transacted_on,
        item_id as source_sku,
        currency_code,
        quantity as source_units,
        foreign_amount as source_amount,
        case
            when transaction_type is null then 'line without its transaction'
            when coalesce(is_main_line, false) then 'head of a transaction, not goods'
            when is_transaction_deleted then 'deleted at the source'
            when transaction_type = 'CustInvc' then 'invoice repeats its order'
            else 'kind of transaction is not used'
        end as rejection_reason
    from joined
    where
        transaction_type is null
        or coalesce(is_main_line, false)
        or is_transaction_deleted
        or transaction_type not in ('SalesOrd', 'CashSale', 'PurchOrd', 'ItemRcpt', 'TrnfrOrd', 'InvTrnfr', 'InvAdjst')

)

select * from final
