-- One row per item code and site of the warehouse system: when it was seen, and whether goods came in under it.
with

unioned as (

    select
        source_instance,
        source_item_code,
        site_code,
        false as is_received,
        snapshot_on as seen_on,
        units
    from {{ ref('stg_wms__stock_snapshot') }}
    union all
    select
        source_instance,
        source_item_code,
        site_code,
        true as is_received,
        received_on as seen_on,
        units
    from {{ ref('stg_wms__receipt') }}
    union all
    select
        source_instance,
        source_item_code,
        site_code,
        false as is_received,
        moved_on as seen_on,
        units
    from {{ ref('stg_wms__movement') }}

),

final as (

    select
        {{ key_of(['source_instance', 'site_code', 'source_item_code']) }} as wms_code_id,
        source_instance,
        source_item_code,
        site_code,
        max(case when is_received then 1 else 0 end) = 1 as is_received,
        min(seen_on) as first_seen_on,
        max(seen_on) as last_seen_on,
        count(*) as row_count,
        {{ money('sum(abs(coalesce(units, 0)))') }} as source_units
    from unioned
    group by source_instance, source_item_code, site_code

)

select * from final
