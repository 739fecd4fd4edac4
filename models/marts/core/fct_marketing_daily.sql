with

rows_of_platforms as (

    select * from {{ ref('int_marketing_resolved') }}
    where rejection_reason is null

),

final as (

    select
        campaign_key || '|' || cast(active_on as {{ dbt.type_string() }}) as marketing_day_id,
        campaign_key,
        min(platform) as platform,
        min(channel_id) as channel_id,
        active_on,
        {{ money('sum(coalesce(impressions, 0))') }} as impressions,
        {{ money('sum(coalesce(clicks, 0))') }} as clicks,
        {{ money('sum(coalesce(conversions, 0))') }} as conversions,
        min(currency_code) as currency_code,
        {{ money('sum(coalesce(spend_amount, 0))') }} as spend_amount,
        {{ money('sum(coalesce(spend_amount, 0) * exchange_rate)') }} as spend_reporting_amount,
        {{ money('sum(coalesce(conversion_amount, 0) * exchange_rate)') }} as claimed_reporting_amount,
        cast(count(*) as {{ dbt.type_bigint() }}) as source_row_count
    from rows_of_platforms
    group by campaign_key, active_on

)

select * from final
