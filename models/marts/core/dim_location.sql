with

locations as (

    select * from {{ ref('location') }}

),

final as (

    select
        location_id,
        location_name,
        location_type,
        country_code,
        stock_system,
        supplied_by as supplied_by_location_id,
        cast(transfer_lead_time_days as {{ dbt.type_int() }}) as transfer_lead_time_days,
        cast(review_days as {{ dbt.type_int() }}) as review_days
    from locations

)

select * from final
