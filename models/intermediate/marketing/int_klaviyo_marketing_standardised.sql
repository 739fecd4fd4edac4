-- Klaviyo's events by campaign and day: mails received as impressions, clicks as clicks. There is no spend.
with

events as (

    select * from {{ ref('stg_klaviyo__event') }}
    where delivery_rank = 1 and campaign_id is not null and occurred_on is not null

),

metrics as (

    select * from {{ ref('stg_klaviyo__metric') }}
    where delivery_rank = 1

),

final as (

    select
        'klaviyo|event|' || events.source_instance || '|' || events.campaign_id
        || '|' || cast(events.occurred_on as {{ dbt.type_string() }}) as marketing_row_id,
        'klaviyo' as platform,
        events.source_instance,
        'event' as source_table,
        events.campaign_id,
        events.occurred_on as active_on,
        {{ money("sum(case when lower(metrics.metric_name) like '%received%' then 1 else 0 end)") }} as impressions,
        {{ money("sum(case when lower(metrics.metric_name) like '%click%' then 1 else 0 end)") }} as clicks,
        {{ money('0') }} as spend_amount,
        {{ money('0') }} as conversions,
        {{ money('0') }} as conversion_amount,
        cast(null as {{ dbt.type_string() }}) as rejection_reason
    from events
    left join metrics
        on events.source_instance = metrics.source_instance and events.metric_id = metrics.metric_id
    group by events.source_instance, events.campaign_id, events.occurred_on

)

select * from final
