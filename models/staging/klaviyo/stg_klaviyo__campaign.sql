with

source as (

    {{ landed('klaviyo', 'campaign') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as campaign_id,

        -- words
        name as campaign_name,
        status as campaign_status,
        campaign_type,

        -- times
        send_time as sent_at,
        _fivetran_synced as synced_at,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
