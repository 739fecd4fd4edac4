with

campaigns as (

    select * from {{ ref('int_campaigns_unioned') }}

),

final as (

    select
        campaign_key,
        platform,
        source_instance,
        campaign_id,
        campaign_name,
        campaign_type,
        campaign_status,
        starts_on,
        ends_on,
        channel_id,
        currency_code
    from campaigns

)

select * from final
