-- One row per location and the locations it answers for: itself and those it feeds. A warehouse orders for the stores
-- behind it too; a store orders for itself.
with

locations as (

    select * from {{ ref('location') }}

),

final as (

    select
        location_id || '|' || location_id as echelon_id,
        location_id,
        location_id as member_location_id,
        supplied_by is null as is_supplied_externally
    from locations
    union all
    select
        suppliers.location_id || '|' || locations.location_id as echelon_id,
        suppliers.location_id,
        locations.location_id as member_location_id,
        suppliers.supplied_by is null as is_supplied_externally
    from locations
    inner join locations as suppliers on locations.supplied_by = suppliers.location_id

)

select * from final
