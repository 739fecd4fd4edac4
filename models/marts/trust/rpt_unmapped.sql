with

identities as (

    select * from {{ ref('bridge_sku_identity') }}
    where sku_id is null

),

candidates as (

    select
        sku_key_id,
        {{ dbt.listagg('distinct sku_id', "' '", 'order by sku_id') }} as candidate_sku_ids
    from {{ ref('int_sku_keys_matched') }}
    group by sku_key_id

),

channels as (

    select distinct
        source_system,
        source_instance,
        channel_key
    from {{ ref('int_channels_resolved') }}
    where channel_id is null

),

sku_rows as (

    select
        identities.sku_key_id as unmapped_id,
        identities.source_system,
        identities.source_key,
        case when identities.candidate_count > 1 then 'SKU in conflict' else 'unmapped SKU' end as reason,
        candidates.candidate_sku_ids,
        identities.first_seen_on,
        identities.sales_line_count,
        identities.stake_reporting_amount,
        'seeds/catalogue/sku_mapping.csv' as seed_file,
        identities.source_system || ',' || identities.source_key || ',<sku_id>,<your name>,' as seed_row
    from identities
    left join candidates on identities.sku_key_id = candidates.sku_key_id

),

channel_money as (

    select
        source_system,
        source_instance,
        source_channel,
        min(occurred_on) as first_seen_on,
        count(*) as sales_line_count,
        sum(stake_reporting_amount) as stake_reporting_amount
    from {{ ref('fct_quarantine') }}
    where rejection_reason = 'unknown channel'
    group by source_system, source_instance, source_channel

),

channel_rows as (

    select
        channels.source_system || '|' || channels.source_instance || '|' || channels.channel_key as unmapped_id,
        channels.source_system,
        channels.channel_key as source_key,
        'unknown channel' as reason,
        cast(null as {{ dbt.type_string() }}) as candidate_sku_ids,
        channel_money.first_seen_on,
        coalesce(channel_money.sales_line_count, 0) as sales_line_count,
        coalesce(channel_money.stake_reporting_amount, 0) as stake_reporting_amount,
        'seeds/catalogue/channel_mapping.csv' as seed_file,
        channels.source_system || ',' || channels.source_instance || ','
        || coalesce(nullif(channels.channel_key, ''), '*') || ',*,<channel_id>,<location_id>' as seed_row
    from channels
    left join channel_money
        on
            channels.source_system = channel_money.source_system
            and channels.source_instance = channel_money.source_instance
            and channels.channel_key = coalesce(channel_money.source_channel, '')

),

unioned as (

    select * from sku_rows
    union all
    select * from channel_rows

),

final as (

    select
        unmapped_id,
        source_system,
        source_key,
        reason,
        candidate_sku_ids,
        first_seen_on,
        cast(sales_line_count as {{ dbt.type_bigint() }}) as sales_line_count,
        {{ money('stake_reporting_amount') }} as stake_reporting_amount,
        seed_file,
        seed_row
    from unioned

)

select * from final
