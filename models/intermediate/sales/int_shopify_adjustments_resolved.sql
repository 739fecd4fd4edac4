-- Money that refunds gave or took beside the lines they refund: goodwill, delivery, the difference between what was
-- worked out and what was paid. It has no SKU, and the shop writes what it gives back as negative.
with

adjustments as (

    select * from {{ ref('stg_shopify__order_adjustment') }}

),

refunds as (

    select * from {{ ref('stg_shopify__refund') }}
    where delivery_rank = 1

),

orders as (

    select
        *,
        coalesce(source_channel, '') as channel_key
    from {{ ref('int_shopify_orders_standardised') }}
    where delivery_rank = 1

),

channels as (

    select * from {{ ref('int_channels_resolved') }}
    where source_system = 'shopify' and fulfilment_key = ''

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

joined as (

    select
        adjustments.delivered_row_id,
        adjustments.delivery_rank,
        adjustments.source_instance,
        adjustments.order_adjustment_id,
        coalesce(adjustments.order_id, refunds.order_id) as order_id,
        adjustments.refund_id,
        lower(adjustments.adjustment_kind) as adjustment_kind,
        adjustments.adjustment_reason,
        adjustments.adjustment_amount,
        adjustments.tax_amount,
        adjustments.unreadable_columns,
        coalesce(adjustments.is_deleted, false) as is_deleted,
        refunds.refund_id is not null as has_refund,
        refunds.refunded_on,
        {{ latest_of(['adjustments.landed_at', ('refunds.landed_at', 'refunds.refund_id')]) }} as landed_at
    from adjustments
    left join refunds
        on adjustments.source_instance = refunds.source_instance and adjustments.refund_id = refunds.refund_id

),

placed as (

    select
        joined.*,
        -- an edit of the order adjusts without a refund
        case when joined.has_refund then joined.refunded_on else orders.business_on end as adjusted_on,
        orders.order_id is not null as has_order,
        orders.business_on,
        orders.currency_code,
        orders.source_channel,
        orders.customer_id,
        orders.is_tax_included,
        orders.is_test,
        orders.is_superseded,
        orders.is_deleted as is_order_deleted,
        orders.is_cancelled or orders.is_voided as is_cancelled,
        channels.channel_id,
        channels.location_id
    from joined
    left join orders
        on joined.source_instance = orders.source_instance and joined.order_id = orders.order_id
    left join channels
        on orders.source_instance = channels.source_instance and orders.channel_key = channels.channel_key

),

final as (

    select
        'shopify|order_adjustment|' || placed.delivered_row_id as refund_line_id,
        placed.source_instance,
        placed.order_id,
        placed.refund_id,
        placed.adjustment_kind,
        placed.adjustment_reason,
        placed.business_on,
        placed.adjusted_on,
        placed.currency_code,
        rates.exchange_rate,
        placed.source_channel,
        placed.channel_id,
        placed.location_id,
        placed.customer_id,
        coalesce(placed.is_tax_included, true) as is_tax_included,
        placed.adjustment_amount as source_amount,
        {{ money('-coalesce(placed.adjustment_amount, 0)') }} as refunded_amount,
        {{ money('-coalesce(placed.tax_amount, 0)') }} as refunded_tax_amount,
        placed.landed_at,
        case
            when placed.unreadable_columns is not null then 'unreadable value'
            when placed.order_adjustment_id is null then 'missing key'
            when placed.delivery_rank > 1 or coalesce(placed.is_superseded, false) then 'repeated delivery'
            when placed.is_deleted or coalesce(placed.is_order_deleted, false) then 'deleted at the source'
            when not placed.has_order then 'adjustment without its order'
            when placed.is_test then 'test order'
            when placed.is_cancelled then 'cancelled order'
            when placed.adjusted_on is null then 'no date'
            when placed.adjustment_amount is null then 'no amount'
            when placed.channel_id is null then 'unknown channel'
            when rates.exchange_rate is null then 'no exchange rate'
        end as rejection_reason
    from placed
    left join rates
        on placed.currency_code = rates.currency_code and placed.adjusted_on = rates.valid_on

)

select * from final
