-- Figures of Google campaigns, one row per delivered row (campaign, day, device and network).
with

campaign_stats as (

    select * from {{ ref('stg_google_ads__campaign_stats') }}

),

final as (

    select
        'google_ads|campaign_stats|' || delivered_row_id as marketing_row_id,
        'google_ads' as platform,
        source_instance,
        'campaign_stats' as source_table,
        campaign_id,
        active_on,
        impressions,
        clicks,
        spend_amount,
        conversions,
        conversion_amount,
        case
            when unreadable_columns is not null then 'unreadable value'
            when campaign_id is null then 'missing key'
            when delivery_rank > 1 then 'repeated delivery'
            when spend_amount < 0 then 'negative spend'
        end as rejection_reason
    from campaign_stats

)

select * from final
