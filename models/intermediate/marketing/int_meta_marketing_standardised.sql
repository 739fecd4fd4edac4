-- Figures of Meta ads, one row per delivered row; the ad leads to its campaign by the newest version of its history.
with

ad_days as (

    select * from {{ ref('stg_meta_ads__basic_ad') }}

),

ads as (

    select
        *,
        row_number() over (partition by source_instance, ad_id order by updated_at desc, delivered_row_id asc) as version_rank
    from {{ ref('stg_meta_ads__ad_history') }}
    where delivery_rank = 1

),

final as (

    select
        'meta_ads|basic_ad|' || ad_days.delivered_row_id as marketing_row_id,
        'meta_ads' as platform,
        ad_days.source_instance,
        'basic_ad' as source_table,
        ads.campaign_id,
        ad_days.active_on,
        ad_days.impressions,
        ad_days.clicks,
        ad_days.spend_amount,
        {{ money('0') }} as conversions,
        {{ money('0') }} as conversion_amount,
        case
            when ad_days.unreadable_columns is not null then 'unreadable value'
            when ad_days.ad_id is null then 'missing key'
            when ad_days.delivery_rank > 1 then 'repeated delivery'
            when ads.campaign_id is null then 'ad without its campaign'
            when ad_days.spend_amount < 0 then 'negative spend'
        end as rejection_reason
    from ad_days
    left join ads
        on
            ad_days.source_instance = ads.source_instance
            and ad_days.ad_id = ads.ad_id
            and ads.version_rank = 1

)

select * from final
