with

channels as (

    select * from {{ ref('channel') }}

),

final as (

    select
        channel_id,
        channel_name,
        channel_type,
        country_code
    from channels

)

select * from final
