-- Order lines of the shops, with what was refunded on them. A shop sells when the order comes in, as its own reports
-- have it (var `sales_recognition`), but what is ordered ahead sells when it ships, and of a cancelled order only what
-- had shipped.
{{ config(materialized='incremental', unique_key='sales_line_id') }}
{#- a line without a SKU has its variant's, which has a history of its own -#}
{%- set asked_variant = "case when nullif(trim(judged.source_sku), '') is null then variants.variant_id end" %}

with

variants as (

    select * from {{ ref('stg_shopify__product_variant') }}
    where delivery_rank = 1

),

refunds as (

    select * from {{ ref('int_shopify_refunds_standardised') }}

),
{%- if is_incremental() %}
{%- set held_lines = [ref('int_shopify_lines_joined')] %}

-- lines of which something landed: the line, what was refunded on it, or the variant that has its SKU
renewed as (

    select sales_line_id
    from {{ ref('int_shopify_lines_joined') }}
    where {{ is_renewed('landed_at', held_lines) | indent(4) }}
    union all
    select joined_lines.sales_line_id
    from {{ ref('int_shopify_lines_joined') }} as joined_lines
    inner join refunds
        on
            joined_lines.source_instance = refunds.source_instance
            and joined_lines.order_line_id = refunds.order_line_id
    where {{ is_renewed('refunds.landed_at', held_lines, 'refunds.source_instance') | indent(4) }}
    union all
    select joined_lines.sales_line_id
    from {{ ref('int_shopify_lines_joined') }} as joined_lines
    inner join variants
        on
            joined_lines.source_instance = variants.source_instance
            and joined_lines.variant_id = variants.variant_id
    where
        nullif(trim(joined_lines.source_sku), '') is null
        and {{ is_renewed('variants.landed_at', held_lines, 'variants.source_instance') | indent(8) }}

),
{%- endif %}

order_lines as (

    select * from {{ ref('int_shopify_lines_joined') }}
    {%- if is_incremental() %}
    where sales_line_id in (select renewed.sales_line_id from renewed)
    {%- endif %}

),

refunds_by_line as (

    select
        source_instance,
        order_line_id,
        -- a refund counts on the delivery that counts
        1 as delivery_rank,
        sum(case when rejection_reason is null then source_units end) as returned_units,
        sum(case when rejection_reason is null then source_amount end) as returned_amount,
        sum(case when rejection_reason is null then tax_amount end) as returned_tax_amount,
        max(case when rejection_reason is null then refunded_on end) as returned_on,
        -- a refund that no longer counts has changed the line as well
        {{ latest_landed('landed_at') }} as landed_at
    from refunds
    group by source_instance, order_line_id

),

counted as (

    select
        *,
        case
            when unfulfilled_units > units then units
            when unfulfilled_units > 0 then unfulfilled_units
            else 0
        end as waiting_units,
        -- where lines don't tell, an order that was sent as a whole does
        coalesce(
            lower(line_fulfilment_status),
            case when lower(fulfilment_status) = 'fulfilled' and coalesce(unfulfilled_units, 0) = 0 then 'fulfilled' end,
            ''
        ) as line_state
    from order_lines

),

recognised as (

    select
        *,
        case
            when is_cancelled and line_state = 'fulfilled' then units
            when is_cancelled and line_state = 'partial' and waiting_units > 0 then units - waiting_units
            when is_cancelled then 0
            when is_preorder or '{{ var("sales_recognition") }}' = 'shipped' then units - waiting_units
            else units
        end as sold_units
    from counted

),

judged as (

    select
        *,
        case when units > 0 then sold_units / units else 1 end as sold_share,
        case
            when unreadable_columns is not null then 'unreadable value'
            when order_line_id is null then 'missing key'
            when delivery_rank > 1 or is_superseded then 'repeated delivery'
            when is_deleted then 'deleted at the source'
            when not has_order then 'line without its order'
            when is_test then 'test order'
            when is_gift_card_line then 'gift card'
            when is_voided or (is_cancelled and coalesce(sold_units, 0) = 0) then 'cancelled order'
            when units is null or units <= 0 then 'quantity is not positive'
            when gross_amount is null then 'no price'
        end as rejection_reason
    from recognised

),

final as (

    select
        judged.sales_line_id,
        'shopify' as source_system,
        judged.source_instance,
        'order_line' as source_table,
        judged.order_id,
        judged.order_line_id as line_id,
        -- a variant without a SKU stands under its number, so that it can be linked and mapped
        coalesce(nullif(trim(judged.source_sku), ''), nullif(trim(variants.source_sku), ''), 'variant ' || judged.variant_id) as source_sku,
        'sku' as sku_key_type,
        judged.variant_id as source_item_id,
        judged.source_channel,
        cast(null as {{ dbt.type_string() }}) as fulfilment_channel,
        judged.source_location,
        judged.customer_id,
        judged.currency_code,
        judged.ordered_at,
        judged.business_on,
        refunds_by_line.returned_on,
        judged.units as source_units,
        judged.gross_amount as source_amount,
        {{ money('judged.sold_units') }} as gross_units,
        {{ money('coalesce(refunds_by_line.returned_units, 0)') }} as returned_units,
        {{ money('judged.gross_amount * judged.sold_share') }} as gross_amount,
        {{ money('judged.discount_amount * judged.sold_share') }} as discount_amount,
        {{ money('coalesce(refunds_by_line.returned_amount, 0)') }} as returned_amount,
        {{ money('judged.tax_amount * judged.sold_share') }} as tax_amount,
        {{ money('coalesce(refunds_by_line.returned_tax_amount, 0)') }} as returned_tax_amount,
        judged.is_tax_included,
        judged.tax_country_code,
        {{ money('judged.units') }} as ordered_units,
        {{ money('case when judged.is_cancelled or judged.is_closed then 0 else coalesce(judged.waiting_units, 0) end') }} as open_units,
        {{ money('case when judged.is_preorder and not (judged.is_cancelled or judged.is_closed) then judged.waiting_units else 0 end') }}
            as backordered_units,
        cast(null as date) as expected_on,
        {{ latest_of([
            'judged.landed_at',
            ('refunds_by_line.landed_at', 'refunds_by_line.order_line_id'),
            ('variants.landed_at', asked_variant)
        ]) }} as landed_at,
        judged.unreadable_columns,
        judged.x_columns,
        judged.rejection_reason
    from judged
    left join variants
        on judged.source_instance = variants.source_instance and judged.variant_id = variants.variant_id
    left join refunds_by_line
        on
            judged.source_instance = refunds_by_line.source_instance
            and judged.order_line_id = refunds_by_line.order_line_id
            and judged.delivery_rank = refunds_by_line.delivery_rank

)

select * from final
