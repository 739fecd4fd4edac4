-- What the ad tables landed: rows and money, before any rule.
with

totals as (

    select
        'google_ads' as source_system,
        'campaign_stats' as source_table,
        {{ money('0') }} as source_units,
        spend_amount as source_amount
    from {{ ref('stg_google_ads__campaign_stats') }}
    union all
    select
        'meta_ads' as source_system,
        'basic_ad' as source_table,
        {{ money('0') }} as source_units,
        spend_amount as source_amount
    from {{ ref('stg_meta_ads__basic_ad') }}

),

final as (

    select
        source_system || '|' || source_table as source_total_id,
        source_system,
        source_table,
        count(*) as row_count,
        {{ money('coalesce(sum(source_units), 0)') }} as source_units,
        {{ money('coalesce(sum(source_amount), 0)') }} as source_amount
    from totals
    group by source_system, source_table

)

select * from final
