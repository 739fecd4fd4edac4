with

source as (

    {{ landed('fx', 'daily_rate') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- words
        base_currency as base_currency_code,
        quote_currency as quote_currency_code,

        -- numbers
        rate as exchange_rate,

        -- times
        date as quoted_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
