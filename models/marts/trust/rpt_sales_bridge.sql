-- From what the sources hold to what was sold, step by step, on the day of the order and on the day of the refund.
with

sales_lines as (

    select
        *,
        -- the ERP writes what leaves as negative
        case when source_system = 'netsuite' then -1 else 1 end as source_sign,
        gross_amount - discount_amount as paid_amount
    from {{ ref('int_sales_resolved') }}

),

taxed_lines as (

    select
        *,
        -- the discount takes its share of the tax with it
        {{ money('case when is_tax_included and paid_amount != 0 then gross_amount * (tax_amount / paid_amount) else 0 end') }}
            as gross_tax_amount,
        case when is_tax_included then tax_amount else 0 end as included_tax_amount,
        case when is_tax_included then returned_tax_amount else 0 end as included_returned_tax_amount
    from sales_lines

),

by_day as (

    select
        source_system,
        source_instance,
        coalesce(channel_id, 'unknown') as channel_id,
        business_on,
        currency_code,
        rejection_reason,
        sum(source_sign * coalesce(source_units, 0)) as source_units,
        sum(source_sign * coalesce(source_amount, 0)) as source_amount,
        sum(gross_units) as gross_units,
        sum(gross_amount) as gross_amount,
        sum(gross_amount - gross_tax_amount) as gross_bare_amount,
        sum(discount_amount) as discount_amount,
        sum(discount_amount - gross_tax_amount + included_tax_amount) as discount_bare_amount,
        sum(included_tax_amount) as included_tax_amount,
        sum(tax_amount) as tax_amount,
        sum(returned_units) as returned_units,
        sum(returned_amount) as returned_amount,
        sum(included_returned_tax_amount) as included_returned_tax_amount,
        sum(returned_tax_amount) as returned_tax_amount
    from taxed_lines
    group by source_system, source_instance, coalesce(channel_id, 'unknown'), business_on, currency_code, rejection_reason

),

refunds_by_day as (

    select
        source_system,
        source_instance,
        channel_id,
        sold_on,
        refunded_on,
        currency_code,
        case when sales_line_id is null then 'adjustment' else 'return' end as kind,
        sum(refunded_units) as returned_units,
        sum(refunded_amount) as returned_amount,
        sum(case when is_tax_included then tax_amount else 0 end) as included_returned_tax_amount,
        sum(tax_amount) as returned_tax_amount
    from {{ ref('fct_refunds') }}
    group by
        source_system,
        source_instance,
        channel_id,
        sold_on,
        refunded_on,
        currency_code,
        case when sales_line_id is null then 'adjustment' else 'return' end

),

channels as (

    select * from {{ ref('int_channels_resolved') }}
    where source_system = 'shopify' and fulfilment_key = ''

),

orders as (

    select
        *,
        coalesce(source_channel, '') as channel_key
    from {{ ref('int_shopify_orders_standardised') }}
    where rejection_reason is null and not (is_test or is_cancelled or is_voided or is_deleted) and delivery_amount != 0

),

delivery_by_day as (

    select
        orders.source_system,
        orders.source_instance,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        orders.business_on,
        orders.currency_code,
        sum(orders.delivery_amount) as delivery_amount
    from orders
    left join channels
        on orders.source_instance = channels.source_instance and orders.channel_key = channels.channel_key
    group by
        orders.source_system,
        orders.source_instance,
        coalesce(channels.channel_id, 'unknown'),
        orders.business_on,
        orders.currency_code

),

-- every amount once, under its step, with the sign that it adds up with; `bare_amount` is without tax
entries as (

    {%- for basis in ['order date', 'refund date'] %}
    select
        source_system, source_instance, channel_id, business_on as occurred_on, currency_code, '{{ basis }}' as basis,
        10 as step_number, 'source total' as step,
        source_units as units, source_amount as amount, 0 as bare_amount
    from by_day
    union all
    select
        source_system, source_instance, channel_id, business_on as occurred_on, currency_code, '{{ basis }}' as basis,
        20 as step_number, 'quarantined: ' || rejection_reason as step,
        -source_units as units, -source_amount as amount, 0 as bare_amount
    from by_day
    where rejection_reason is not null
    union all
    select
        source_system, source_instance, channel_id, business_on as occurred_on, currency_code, '{{ basis }}' as basis,
        30 as step_number, 'returns on lines of their own, units not shipped' as step,
        gross_units - source_units as units, gross_amount - source_amount as amount, gross_bare_amount as bare_amount
    from by_day
    where rejection_reason is null
    union all
    select
        source_system, source_instance, channel_id, business_on as occurred_on, currency_code, '{{ basis }}' as basis,
        50 as step_number, 'discounts' as step,
        0 as units, -discount_amount as amount, -discount_bare_amount as bare_amount
    from by_day
    where rejection_reason is null
    union all
    select
        source_system, source_instance, channel_id, business_on as occurred_on, currency_code, '{{ basis }}' as basis,
        80 as step_number, 'tax in the price' as step,
        0 as units, -included_tax_amount as amount, 0 as bare_amount
    from by_day
    where rejection_reason is null
    union all
    select
        source_system, source_instance, channel_id, business_on as occurred_on, currency_code, '{{ basis }}' as basis,
        100 as step_number, 'tax' as step,
        0 as units, tax_amount as amount, 0 as bare_amount
    from by_day
    where rejection_reason is null
    union all
    select
        source_system, source_instance, channel_id, business_on as occurred_on, currency_code, '{{ basis }}' as basis,
        110 as step_number, 'delivery and tips' as step,
        0 as units, delivery_amount as amount, 0 as bare_amount
    from delivery_by_day
    union all
    {#- a return that is a line of its own knows no day of sale -#}
    {%- set refund_day = 'refunded_on' if basis == 'refund date' else 'coalesce(sold_on, refunded_on)' %}
    select
        source_system, source_instance, channel_id, {{ refund_day }} as occurred_on, currency_code, '{{ basis }}' as basis,
        60 as step_number, 'returns' as step,
        -returned_units as units, -returned_amount as amount,
        included_returned_tax_amount - returned_amount as bare_amount
    from refunds_by_day
    where kind = 'return'
    union all
    select
        source_system, source_instance, channel_id, {{ refund_day }} as occurred_on, currency_code, '{{ basis }}' as basis,
        80 as step_number, 'tax in the price' as step,
        0 as units, included_returned_tax_amount as amount, 0 as bare_amount
    from refunds_by_day
    where kind = 'return'
    union all
    select
        source_system, source_instance, channel_id, {{ refund_day }} as occurred_on, currency_code, '{{ basis }}' as basis,
        100 as step_number, 'tax' as step,
        0 as units, -returned_tax_amount as amount, 0 as bare_amount
    from refunds_by_day
    union all
    select
        source_system, source_instance, channel_id, {{ refund_day }} as occurred_on, currency_code, '{{ basis }}' as basis,
        120 as step_number, 'refunds without a line' as step,
        0 as units, -returned_amount as amount, 0 as bare_amount
    from refunds_by_day
    where kind = 'adjustment'
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

steps as (

    select
        source_system,
        source_instance,
        channel_id,
        occurred_on,
        currency_code,
        basis,
        step_number,
        step,
        sum(units) as units,
        sum(amount) as amount,
        sum(bare_amount) as bare_amount
    from entries
    group by source_system, source_instance, channel_id, occurred_on, currency_code, basis, step_number, step

),

-- tax taken out of the price is no step between amounts without tax
subtotals as (

    {%- for number, name in [
        (40, 'gross sales'), (70, 'net sales as priced'), (90, 'net sales'), (130, 'total sales'),
    ] %}
    select
        source_system, source_instance, channel_id, occurred_on, currency_code, basis,
        {{ number }} as step_number, '{{ name }}' as step,
        sum(units) as units, sum(amount) as amount, sum(bare_amount) as bare_amount
    from steps
    where step_number < {{ number }}
    group by source_system, source_instance, channel_id, occurred_on, currency_code, basis
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

unioned as (

    select
        *,
        false as is_subtotal
    from steps
    union all
    select
        *,
        true as is_subtotal
    from subtotals

),

final as (

    select
        {{ key_of(['source_system', 'source_instance', 'channel_id', 'occurred_on', 'currency_code', 'basis', 'step_number', 'step']) }}
            as bridge_step_id,
        source_system,
        source_instance,
        channel_id,
        occurred_on,
        basis,
        currency_code,
        step_number,
        step,
        is_subtotal,
        {{ money('units') }} as units,
        {{ money('amount') }} as amount,
        case when step_number in (40, 50, 60, 70, 90) then {{ money('bare_amount') }} end as amount_without_tax
    from unioned

)

select * from final
