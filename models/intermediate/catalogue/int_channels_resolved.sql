-- One row per combination of system, instance, sales channel and fulfilment that sales lines carry: the standard
-- channel and the location that serves it, by the most specific row of the mapping.
with

combinations as (

    select distinct
        source_system,
        source_instance,
        channel_key,
        fulfilment_key
    from {{ ref('int_sales_unioned') }}

),

mapping as (

    select * from {{ ref('channel_mapping') }}

),

ranked as (

    select
        combinations.*,
        mapping.channel_id,
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

final as (

    select
        {{ key_of(['source_system', 'source_instance', 'channel_key', 'fulfilment_key']) }} as channel_combination_id,
        source_system,
        source_instance,
        channel_key,
        fulfilment_key,
        channel_id,
        location_id
    from ranked
    where specificity_rank = 1

)

select * from final
