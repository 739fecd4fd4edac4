-- One row per location of a source: the standard location.
with

mapping as (

    select * from {{ ref('location_mapping') }}

),

erp_locations as (

    select * from {{ ref('stg_netsuite__location') }}
    where delivery_rank = 1

),

-- the ERP's rows refer to a number, people map its name
erp_mapped as (

    select
        mapping.source_system,
        mapping.source_instance,
        erp_locations.location_id as source_location,
        mapping.location_id
    from mapping
    inner join erp_locations
        on mapping.source_system = 'netsuite' and mapping.source_location = erp_locations.location_name

),

unioned as (

    select
        source_system,
        source_instance,
        source_location,
        location_id
    from mapping
    where source_system != 'netsuite'
    union all
    select * from erp_mapped

),

final as (

    select
        {{ key_of(['source_system', 'source_instance', 'source_location']) }} as location_mapping_id,
        source_system,
        source_instance,
        source_location,
        location_id
    from unioned

)

select * from final
