-- Figures of every platform with the standard channel and the rate of the day, or the reason why they can't count.
with

unioned as (

    select * from {{ ref('int_google_marketing_standardised') }}
    union all
    select * from {{ ref('int_meta_marketing_standardised') }}
    union all
    select * from {{ ref('int_klaviyo_marketing_standardised') }}

),

campaigns as (

    select * from {{ ref('int_campaigns_unioned') }}

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

final as (

    select
        unioned.marketing_row_id,
        unioned.platform,
        unioned.source_instance,
        unioned.source_table,
        campaigns.campaign_key,
        unioned.campaign_id,
        campaigns.channel_id,
        unioned.active_on,
        unioned.impressions,
        unioned.clicks,
        unioned.conversions,
        campaigns.currency_code,
        rates.exchange_rate,
        unioned.spend_amount,
        unioned.conversion_amount,
        case
            when unioned.rejection_reason is not null then unioned.rejection_reason
            when unioned.active_on is null then 'no date'
            when unioned.active_on < cast('{{ var("earliest_date") }}' as date) then 'dated before the business'
            when campaigns.campaign_key is null then 'unknown campaign'
            when campaigns.channel_id is null then 'unknown channel'
            when rates.exchange_rate is null then 'no exchange rate'
        end as rejection_reason,
        'campaign ' || coalesce(unioned.campaign_id, '') as rejection_detail
    from unioned
    left join campaigns
        on
            unioned.platform = campaigns.platform
            and unioned.source_instance = campaigns.source_instance
            and unioned.campaign_id = campaigns.campaign_id
    left join rates
        on campaigns.currency_code = rates.currency_code and unioned.active_on = rates.valid_on

)

select * from final
