-- Each SKU that is listed has exactly one version that holds today, and it tells today's cost. A build of a past day
-- doesn't touch the history and isn't judged by it.
with

skus as (

    select * from {{ ref('dim_sku') }}

),

versions as (

    select * from {{ ref('dim_sku_history') }}

),

cut_off as (

    select * from {{ ref('int_sales_cut_off') }}

),

newest as (

    select coalesce(max(valid_from_on), cast('1900-01-01' as date)) as seen_on
    from versions

),

compared as (

    select
        skus.sku_id,
        count(versions.version_id) as version_count,
        sum(case when versions.unit_cost_amount <> skus.unit_cost_amount then 1 else 0 end) as other_cost_count
    from skus
    inner join cut_off on cut_off.cut_off_on is not null
    inner join newest on cut_off.cut_off_on >= newest.seen_on
    left join versions on skus.sku_id = versions.sku_id and versions.is_current
    group by skus.sku_id

)

select * from compared
where version_count <> 1 or other_cost_count > 0
