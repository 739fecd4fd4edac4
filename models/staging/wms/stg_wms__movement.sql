{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('wms', 'movement') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        site_code,
        item_code as source_item_code,

        -- words
        reason as movement_reason,

        -- numbers
        qty_each as units,

        -- times
        moved_at,
        {{ business_day('moved_at', 'wms') }} as moved_on,
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
