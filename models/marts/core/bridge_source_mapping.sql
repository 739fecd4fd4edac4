with

channels as (

    select * from {{ ref('int_channels_resolved') }}

),

locations as (

    select * from {{ ref('int_locations_mapped') }}

),

suppliers as (

    select * from {{ ref('int_suppliers_mapped') }}

),

unioned as (

    select
        'channel|' || channel_combination_id as source_mapping_id,
        'channel' as mapping_kind,
        source_system,
        source_instance,
        channel_key as source_key,
        nullif(fulfilment_key, '') as source_name,
        channel_id as standard_id,
        method,
        confidence_share,
        reviewed_by,
        reviewed_on,
        first_seen_on,
        row_count
    from channels
    union all
    select
        'location|' || location_mapping_id as source_mapping_id,
        'location' as mapping_kind,
        source_system,
        source_instance,
        source_location as source_key,
        source_location_name as source_name,
        location_id as standard_id,
        method,
        confidence_share,
        reviewed_by,
        reviewed_on,
        first_seen_on,
        row_count
    from locations
    union all
    select
        'supplier|' || supplier_mapping_id as source_mapping_id,
        'supplier' as mapping_kind,
        source_system,
        source_instance,
        source_supplier as source_key,
        vendor_name as source_name,
        supplier_id as standard_id,
        method,
        confidence_share,
        reviewed_by,
        reviewed_on,
        first_seen_on,
        row_count
    from suppliers

),

final as (

    select
        source_mapping_id,
        mapping_kind,
        source_system,
        source_instance,
        source_key,
        source_name,
        standard_id,
        method,
        confidence_share,
        reviewed_by,
        reviewed_on,
        first_seen_on,
        row_count
    from unioned

)

select * from final
