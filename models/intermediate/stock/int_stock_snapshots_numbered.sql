-- The snapshots of a location's stock in order, and which of them are complete: those that list the var
-- `stock_snapshot_min_share` of the SKUs that the snapshots around them list.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_snapshot_id',
    meta={'restated_scope': 'all', 'restated_on': 'recorded_on', 'restated_keys': ['location_id']}
) }}

with

snapshots as (

    select * from {{ ref('int_stock_snapshots_counted') }}

),

usual_snapshots as (

    select
        *,
        avg(sku_count) over (
            partition by location_id order by recorded_on
            rows between 14 preceding and 14 following
        ) as usual_sku_count
    from snapshots

),

judged as (

    select
        *,
        sku_count >= {{ var('stock_snapshot_min_share') }} * usual_sku_count as is_complete
    from usual_snapshots

),

final as (

    select
        stock_snapshot_id,
        location_id,
        recorded_on,
        source_system,
        is_complete,
        cast(sum(case when is_complete then 1 else 0 end) over (
            partition by location_id order by recorded_on
            rows between unbounded preceding and current row
        ) as {{ dbt.type_bigint() }}) as snapshot_number
    from judged

)

select * from final
