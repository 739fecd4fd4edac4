{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('shopify', 'order_line') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as order_line_id,
        order_id,
        product_id,
        variant_id,
        sku as source_sku,

        -- words
        name as line_name,
        title as product_title,
        vendor as brand,
        fulfillment_status as fulfilment_status,

        -- numbers
        quantity as units,
        {{ money('coalesce(' ~ times('price', 'quantity') ~ ', original_total_set_shop_amount)') }} as gross_amount,
        coalesce(total_discount, total_discount_set_shop_amount, 0) as discount_amount,
        pre_tax_price as pre_tax_amount,
        coalesce(fulfillable_quantity, unfulfilled_quantity) as unfulfilled_units,
        index as line_index,

        -- flags
        _fivetran_deleted as is_deleted,
        coalesce(gift_card, is_gift_card, false) as is_gift_card_line,
        taxable as is_taxable,
        requires_shipping as is_shippable,

        -- times
        _fivetran_synced as synced_at,
        landed_at,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
