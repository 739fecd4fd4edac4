-- One row per location of a source's instance: the standard location. A row of the seed `location_mapping` beats all
-- (that of the instance before that of all, by number or by name); else the location's own number or name may be that
-- of a standard location, letter by letter or but for case and separators.
with

locations as (

    select
        location_id,
        location_name,
        {{ normalise_name('location_name') }} as normalised_name
    from {{ ref('location') }}

),

named as (

    select
        'netsuite' as source_system,
        source_instance,
        location_id as source_location,
        location_name as source_location_name
    from {{ ref('stg_netsuite__location') }}
    where delivery_rank = 1
    union all
    select
        'shopify' as source_system,
        source_instance,
        location_id as source_location,
        location_name as source_location_name
    from {{ ref('stg_shopify__location') }}
    where delivery_rank = 1

),

source_locations as (

    select
        coalesce(seen.source_system, named.source_system) as source_system,
        coalesce(seen.source_instance, named.source_instance) as source_instance,
        coalesce(seen.source_location, named.source_location) as source_location,
        named.source_location_name,
        {{ normalise_name('coalesce(named.source_location_name, seen.source_location)') }} as normalised_name,
        seen.first_seen_on,
        seen.last_seen_on,
        coalesce(seen.row_count, 0) as row_count,
        coalesce(seen.source_units, 0) as source_units,
        coalesce(seen.stake_reporting_amount, 0) as stake_reporting_amount
    from {{ ref('int_locations_seen') }} as seen
    full outer join named
        on
            seen.source_system = named.source_system
            and seen.source_instance = named.source_instance
            and seen.source_location = named.source_location

),

candidates as (

    select
        source_locations.source_system,
        source_locations.source_instance,
        source_locations.source_location,
        'manual' as method,
        case
            when mapping.source_instance != '*' and mapping.source_location = source_locations.source_location then 1
            when mapping.source_instance != '*' then 2
            when mapping.source_location = source_locations.source_location then 3
            else 4
        end as turn,
        mapping.location_id,
        mapping.reviewed_by,
        mapping.reviewed_on
    from source_locations
    inner join {{ ref('location_mapping') }} as mapping
        on
            source_locations.source_system = mapping.source_system
            and mapping.source_instance in (source_locations.source_instance, '*')
            and mapping.source_location in (source_locations.source_location, source_locations.source_location_name)
    union all
    select
        source_locations.source_system,
        source_locations.source_instance,
        source_locations.source_location,
        'exact' as method,
        5 as turn,
        locations.location_id,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from source_locations
    inner join locations
        on
            source_locations.source_location = locations.location_id
            or source_locations.source_location_name = locations.location_id
            or source_locations.source_location_name = locations.location_name
    union all
    select
        source_locations.source_system,
        source_locations.source_instance,
        source_locations.source_location,
        'normalised' as method,
        6 as turn,
        locations.location_id,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from source_locations
    inner join locations on source_locations.normalised_name = locations.normalised_name

),

first_turns as (

    select
        *,
        min(turn) over (partition by source_system, source_instance, source_location) as first_turn
    from candidates

),

found as (

    select
        source_system,
        source_instance,
        source_location,
        min(method) as method,
        min(location_id) as location_id,
        count(distinct location_id) as candidate_count,
        min(reviewed_by) as reviewed_by,
        min(reviewed_on) as reviewed_on
    from first_turns
    where turn = first_turn
    group by source_system, source_instance, source_location

),

methods as (

    select * from {{ ref('identity_method') }}

),

final as (

    select
        {{ key_of(['source_locations.source_system', 'source_locations.source_instance', 'source_locations.source_location']) }}
            as location_mapping_id,
        source_locations.source_system,
        source_locations.source_instance,
        source_locations.source_location,
        source_locations.source_location_name,
        -- two standard locations are a conflict, and that is none
        case when found.candidate_count = 1 then found.location_id end as location_id,
        case
            when found.candidate_count > 1 then 'conflict'
            else coalesce(found.method, 'none')
        end as method,
        {{ share('case when found.candidate_count = 1 then methods.confidence else 0 end') }} as confidence_share,
        found.reviewed_by,
        found.reviewed_on,
        source_locations.first_seen_on,
        source_locations.last_seen_on,
        cast(source_locations.row_count as {{ dbt.type_bigint() }}) as row_count,
        source_locations.source_units,
        source_locations.stake_reporting_amount
    from source_locations
    left join found
        on
            source_locations.source_system = found.source_system
            and source_locations.source_instance = found.source_instance
            and source_locations.source_location = found.source_location
    left join methods on found.method = methods.method

)

select * from final
