-- Units of sales that left a shelf but can't be booked on a SKU, per location and day: all of them (SKU `*`), and those
-- that may be a certain SKU's, as a candidate of a conflict or because only channel or currency stopped the line. They
-- explain what the ledger can't.
with

sales_lines as (

    select
        *,
        mapping_reason as rejection_reason
    from {{ ref('int_sales_mapped') }}
    where
        row_reason is null
        and mapping_reason in ('unmapped SKU', 'SKU in conflict', 'no SKU', 'unknown channel', 'no exchange rate')
        and location_id is not null

),

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}
    where candidate_count > 1

),

candidates as (

    select distinct
        sku_key_id,
        sku_id
    from {{ ref('int_sku_keys_matched') }}

),

-- one row per line and SKU that it may be
named as (

    select
        sales_lines.location_id,
        sales_lines.business_on,
        coalesce(sales_lines.sku_id, candidates.sku_id) as sku_id,
        sales_lines.gross_units
    from sales_lines
    left join sku_keys
        on
            sales_lines.source_system = sku_keys.source_system
            and sales_lines.source_instance = sku_keys.source_instance
            and sales_lines.sku_key_type = sku_keys.sku_key_type
            and sales_lines.source_sku = sku_keys.source_sku
            and sales_lines.rejection_reason = 'SKU in conflict'
    left join candidates on sku_keys.sku_key_id = candidates.sku_key_id
    where coalesce(sales_lines.sku_id, candidates.sku_id) is not null

),

unioned as (

    select
        location_id,
        business_on,
        sku_id,
        gross_units as quarantined_units,
        0 as unnamed_units
    from named
    union all
    select
        location_id,
        business_on,
        '*' as sku_id,
        gross_units as quarantined_units,
        case when rejection_reason in ('unmapped SKU', 'no SKU') then gross_units else 0 end as unnamed_units
    from sales_lines

),

final as (

    select
        {{ key_of(['location_id', 'business_on', 'sku_id']) }} as quarantined_sale_id,
        location_id,
        business_on,
        sku_id,
        {{ money('sum(quarantined_units)') }} as quarantined_units,
        {{ money('sum(unnamed_units)') }} as unnamed_units
    from unioned
    group by location_id, business_on, sku_id
    having sum(quarantined_units) > 0

)

select * from final
