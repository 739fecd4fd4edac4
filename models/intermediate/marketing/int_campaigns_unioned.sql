-- One row per platform and campaign: its newest name, and the standard channel it works for.
with

google as (

    select
        *,
        row_number() over (partition by source_instance, campaign_id order by updated_at desc, delivered_row_id asc) as version_rank
    from {{ ref('stg_google_ads__campaign_history') }}
    where delivery_rank = 1

),

meta as (

    select
        *,
        row_number() over (partition by source_instance, campaign_id order by updated_at desc, delivered_row_id asc) as version_rank
    from {{ ref('stg_meta_ads__campaign_history') }}
    where delivery_rank = 1

),

klaviyo as (

    select * from {{ ref('stg_klaviyo__campaign') }}
    where delivery_rank = 1

),

accounts as (

    select * from {{ ref('campaign_mapping') }}

),

unioned as (

    select
        'google_ads' as platform,
        source_instance,
        campaign_id,
        campaign_name,
        campaign_type,
        campaign_status,
        starts_on,
        ends_on
    from google
    where version_rank = 1
    union all
    select
        'meta_ads' as platform,
        source_instance,
        campaign_id,
        campaign_name,
        cast(null as {{ dbt.type_string() }}) as campaign_type,
        cast(null as {{ dbt.type_string() }}) as campaign_status,
        cast(null as date) as starts_on,
        cast(null as date) as ends_on
    from meta
    where version_rank = 1
    union all
    select
        'klaviyo' as platform,
        source_instance,
        campaign_id,
        campaign_name,
        campaign_type,
        campaign_status,
        cast(sent_at as date) as starts_on,
        cast(sent_at as date) as ends_on
    from klaviyo

),

ranked as (

    select
        unioned.*,
        accounts.channel_id,
        accounts.currency_code,
        row_number() over (
            partition by unioned.platform, unioned.source_instance, unioned.campaign_id
            order by case when accounts.campaign_contains = '*' then 1 else 0 end, accounts.campaign_contains
        ) as specificity_rank
    from unioned
    left join accounts
        on
            unioned.platform = accounts.platform
            and (accounts.campaign_contains = '*' or {{ dbt.position('accounts.campaign_contains', "unioned.campaign_name || ' ' || coalesce(unioned.campaign_type, '')") }} > 0)

),

final as (

    select
        {{ key_of(['platform', 'source_instance', 'campaign_id']) }} as campaign_key,
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
    from ranked
    where specificity_rank = 1

)

select * from final
