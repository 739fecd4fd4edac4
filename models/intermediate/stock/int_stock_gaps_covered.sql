-- What the ledger can't explain, per SKU, location and day, and how much of it the location's sales in quarantine of that
-- day cover: units that left but couldn't be booked cover units that are lacking, SKU after SKU until they are used up.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_gap_id',
    meta={'restated_scope': 'all', 'restated_on': 'stock_on'}
) }}

with

gaps as (

    select * from {{ ref('int_stock_gaps_spread') }}

),

quarantined as (

    select
        location_id,
        business_on,
        quarantined_units
    from {{ ref('int_stock_sales_quarantined') }}
    where sku_id = '*'

),

run as (

    select
        gaps.sku_id,
        gaps.location_id,
        gaps.stock_on,
        gaps.unexplained_units,
        coalesce(quarantined.quarantined_units, 0) as quarantined_units,
        case when gaps.unexplained_units < 0 then -gaps.unexplained_units else 0 end as lacking_units,
        sum(case when gaps.unexplained_units < 0 then -gaps.unexplained_units else 0 end) over (
            partition by gaps.location_id, gaps.stock_on order by gaps.sku_id
            rows between unbounded preceding and current row
        ) as running_units
    from gaps
    left join quarantined
        on gaps.location_id = quarantined.location_id and gaps.stock_on = quarantined.business_on

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'stock_on']) }} as stock_gap_id,
        sku_id,
        location_id,
        stock_on,
        unexplained_units,
        {{ money('case
            when running_units <= quarantined_units then lacking_units
            when running_units - lacking_units >= quarantined_units then 0
            else quarantined_units - (running_units - lacking_units)
        end') }} as covered_units
    from run

)

select * from final
