with

source as (

    {{ landed('meta_ads', 'ad_history') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as ad_id,
        campaign_id,
        ad_set_id,

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
