{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('shopify', 'order_adjustment') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as order_adjustment_id,
        order_id,
        refund_id,

        -- words
        kind as adjustment_kind,
        reason as adjustment_reason,

        -- numbers
        amount as adjustment_amount,
        tax_amount,

        -- flags
        _fivetran_deleted as is_deleted,

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
