with

source as (

    {{ landed('google_ads', 'campaign_history') }}

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
        advertising_channel_type as campaign_type,
        status as campaign_status,

        -- times
        updated_at,
        start_date as starts_on,
        end_date as ends_on,
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
