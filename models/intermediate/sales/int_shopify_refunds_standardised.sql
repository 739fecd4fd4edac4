-- Refunded lines of the shops: a refund counts on the line it refunds, as long as the line has units left to take back.
with

refund_lines as (

    select * from {{ ref('stg_shopify__order_line_refund') }}

),

refunds as (

    select * from {{ ref('stg_shopify__refund') }}
    where delivery_rank = 1

),

order_lines as (

    select * from {{ ref('int_shopify_lines_joined') }}
    where delivery_rank = 1

),

judged as (

    select
        'shopify|order_line_refund|' || refund_lines.delivered_row_id as refund_line_id,
        refund_lines.source_instance,
        refund_lines.order_line_id,
        refund_lines.refund_id,
        refunds.refunded_on,
        lower(refund_lines.restock_type) as restock_type,
        -- older syncs tell it of the whole refund only
        coalesce(lower(refund_lines.restock_type) in ('return', 'cancel', 'legacy_restock'), refunds.is_restocked, false) as is_restocked,
        order_lines.order_id,
        order_lines.currency_code,
        order_lines.source_sku,
        order_lines.units as line_units,
        refund_lines.units as source_units,
        refund_lines.refund_amount as source_amount,
        refund_lines.tax_amount,
        {{ latest_of(['refund_lines.landed_at', ('refunds.landed_at', 'refunds.refund_id')]) }} as landed_at,
        case
            when refund_lines.unreadable_columns is not null then 'unreadable value'
            when refund_lines.order_line_refund_id is null then 'missing key'
            when refund_lines.delivery_rank > 1 then 'repeated delivery'
            when coalesce(refund_lines.is_deleted, false) then 'deleted at the source'
            when order_lines.order_line_id is null then 'refund without its order line'
            when refund_lines.units is null or refund_lines.units < 0 then 'quantity is not positive'
            when refund_lines.units > order_lines.units then 'refund of more than was sold'
        end as own_reason
    from refund_lines
    left join refunds
        on refund_lines.source_instance = refunds.source_instance and refund_lines.refund_id = refunds.refund_id
    left join order_lines
        on
            refund_lines.source_instance = order_lines.source_instance
            and refund_lines.order_line_id = order_lines.order_line_id

),

summed as (

    select
        *,
        sum(case when own_reason is null then source_units else 0 end) over (
            partition by source_instance, order_line_id
            order by refunded_on, refund_line_id
            rows between unbounded preceding and current row
        ) as refunded_so_far_units
    from judged

),

final as (

    select
        refund_line_id,
        source_instance,
        order_id,
        order_line_id,
        refund_id,
        refunded_on,
        restock_type,
        is_restocked,
        currency_code,
        source_sku,
        source_units,
        source_amount,
        coalesce(tax_amount, 0) as tax_amount,
        landed_at,
        coalesce(
            own_reason,
            case when refunded_so_far_units > line_units then 'refund of more than was sold' end
        ) as rejection_reason
    from summed

)

select * from final
