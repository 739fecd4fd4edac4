{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('pos', 'sales_line') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        store_code,
        till_id,
        receipt_id,
        barcode as source_barcode,
        {{ hash_personal('loyalty_id') }} as loyalty_hash,

        -- numbers
        line_no as line_number,
        qty as units,
        unit_price as unit_price_amount,
        discount_amount,

        -- flags
        is_return,

        -- times
        sold_at,
        {{ business_day('sold_at', 'pos') }} as sold_on,
        loaded_at as synced_at,
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
