{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('klaviyo', 'event') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as event_id,
        {{ hash_personal('person_id') }} as person_hash,
        campaign_id,
        metric_id,

        -- times
        datetime as occurred_at,
        _fivetran_synced as synced_at,
        landed_at,
        {{ business_day('datetime', 'klaviyo') }} as occurred_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
