with

identities as (

    select * from {{ ref('bridge_sku_identity') }}
    where sku_id is null

),

final as (

    select
        sku_key_id,
        source_system,
        source_key,
        case when candidate_count > 1 then 'SKU in conflict' else 'unmapped SKU' end as reason,
        candidate_count,
        first_seen_on,
        sales_line_count,
        stake_reporting_amount,
        -- the row to paste into seeds/catalogue/sku_mapping.csv once somebody has filled in the SKU
        source_system || ',' || source_key || ',<sku_id>,<your name>,' as seed_row
    from identities

)

select * from final
