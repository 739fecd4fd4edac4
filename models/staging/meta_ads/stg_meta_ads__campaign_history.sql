with

source as (

    {{ landed('meta_ads', 'campaign_history') }}

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

        -- times
        updated_time as updated_at,
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
