-- The bridge starts at what the reconciliation says the sources hold and arrives at the net sales and refunds of the
-- facts, per shop and currency, on either basis; on the order's date also per day.
with

told as (

    select
        basis,
        source_system,
        source_instance,
        currency_code,
        sum(case when step = 'source total' then amount else 0 end) as source_amount,
        sum(case when step = 'net sales' then amount else 0 end) as net_amount,
        sum(case when step = 'net sales' then units else 0 end) as net_units,
        sum(case when step = 'net sales' then amount_without_tax else 0 end) as net_amount_again,
        sum(case when step = 'refunds without a line' then -amount else 0 end) as goodwill_amount
    from {{ ref('rpt_sales_bridge') }}
    group by basis, source_system, source_instance, currency_code

),

held as (

    select
        source_system,
        source_instance,
        currency_code,
        sum(source_amount) as source_amount
    from {{ ref('rpt_reconciliation') }}
    where source_system in ('shopify', 'amazon', 'pos', 'orders') and source_table in ('order_line', 'order_item', 'sales_line')
    group by source_system, source_instance, currency_code

),

sold as (

    select
        source_system,
        source_instance,
        currency_code,
        sum(net_amount) as net_amount,
        sum(net_units) as net_units
    from {{ ref('fct_sales') }}
    group by source_system, source_instance, currency_code

),

given_back as (

    select
        source_system,
        source_instance,
        currency_code,
        sum(case when sales_line_id is null then refunded_amount else 0 end) as goodwill_amount
    from {{ ref('fct_refunds') }}
    group by source_system, source_instance, currency_code

)

select
    told.basis,
    told.source_system,
    told.source_instance,
    told.currency_code
from told
left join held
    on
        told.source_system = held.source_system
        and told.source_instance = held.source_instance
        and coalesce(told.currency_code, '') = coalesce(held.currency_code, '')
left join sold
    on
        told.source_system = sold.source_system
        and told.source_instance = sold.source_instance
        and coalesce(told.currency_code, '') = coalesce(sold.currency_code, '')
left join given_back
    on
        told.source_system = given_back.source_system
        and told.source_instance = given_back.source_instance
        and coalesce(told.currency_code, '') = coalesce(given_back.currency_code, '')
where
    told.net_amount != coalesce(sold.net_amount, 0)
    or told.net_units != coalesce(sold.net_units, 0)
    or told.net_amount_again != told.net_amount
    or told.goodwill_amount != coalesce(given_back.goodwill_amount, 0)
    -- the ledger's table also holds purchases
    or (told.source_system != 'netsuite' and told.source_amount != coalesce(held.source_amount, 0))
