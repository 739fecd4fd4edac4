with

source as (

    {{ landed('weather', 'daily') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- words
        city_code,

        -- numbers
        temperature_c as temperature_celsius,
        precipitation_mm,
        sunshine_hours,

        -- times
        date as observed_on,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
