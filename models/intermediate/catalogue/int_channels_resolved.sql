-- One row per combination of system, instance, sales channel and fulfilment that sales lines carry: the standard
-- channel and the location that serves it, by the most specific row of the mapping; without one, a sales channel that
-- is called like a standard channel is that one.
with

combinations as (

    select
        source_system,
        source_instance,
        channel_key,
        fulfilment_key,
        min(business_on) as first_seen_on,
        max(business_on) as last_seen_on,
        count(*) as row_count
    from {{ ref('int_sales_unioned') }}
    group by source_system, source_instance, channel_key, fulfilment_key

),

mapping as (

    select * from {{ ref('channel_mapping') }}

),

channels as (

    select
        {{ normalise_name('channel_id') }} as normalised_name,
        min(channel_id) as channel_id
    from {{ ref('channel') }}
    group by {{ normalise_name('channel_id') }}
    having count(*) = 1

),

ranked as (

    select
        combinations.*,
        mapping.channel_id as ruled_channel_id,
        mapping.reviewed_by,
        mapping.reviewed_on,
        nullif(mapping.location_id, '*') as location_id,
        row_number() over (
            partition by
                combinations.source_system,
                combinations.source_instance,
                combinations.channel_key,
                combinations.fulfilment_key
            order by
                case when mapping.source_channel = '*' then 1 else 0 end,
                case when mapping.fulfilment_channel = '*' then 1 else 0 end,
                case when mapping.source_instance = '*' then 1 else 0 end
        ) as specificity_rank
    from combinations
    left join mapping
        on
            combinations.source_system = mapping.source_system
            and mapping.source_instance in (combinations.source_instance, '*')
            and mapping.source_channel in (combinations.channel_key, '*')
            and mapping.fulfilment_channel in (combinations.fulfilment_key, '*')

),

called as (

    select
        ranked.*,
        channels.channel_id as called_channel_id,
        channels.channel_id = ranked.channel_key as is_called_exactly
    from ranked
    left join channels
        on {{ normalise_name('ranked.channel_key') }} = channels.normalised_name
    where ranked.specificity_rank = 1

),

methods as (

    select * from {{ ref('identity_method') }}

),

decided as (

    select
        *,
        case
            when ruled_channel_id is not null then 'manual'
            when is_called_exactly then 'exact'
            when called_channel_id is not null then 'normalised'
            else 'none'
        end as method
    from called

),

final as (

    select
        {{ key_of(['source_system', 'source_instance', 'channel_key', 'fulfilment_key']) }} as channel_combination_id,
        decided.source_system,
        decided.source_instance,
        decided.channel_key,
        decided.fulfilment_key,
        coalesce(decided.ruled_channel_id, decided.called_channel_id) as channel_id,
        decided.location_id,
        decided.method,
        {{ share('coalesce(methods.confidence, 0)') }} as confidence_share,
        decided.reviewed_by,
        decided.reviewed_on,
        decided.first_seen_on,
        decided.last_seen_on,
        cast(decided.row_count as {{ dbt.type_bigint() }}) as row_count
    from decided
    left join methods on decided.method = methods.method

)

select * from final
