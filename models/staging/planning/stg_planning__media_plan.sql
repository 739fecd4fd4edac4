with

source as (

    {{ landed('planning', 'media_plan') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        channel_id,

        -- words
        platform,
        currency as currency_code,

        -- numbers
        planned_spend_amount,

        -- times
        week_starts_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
