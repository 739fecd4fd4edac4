{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('shopify', 'discount_allocation') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        order_line_id,

        -- numbers
        index as allocation_index,
        amount as discount_amount,
        discount_application_index as discount_index,

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
