with

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}

),

money as (

    select
        source_system,
        sku_key_type,
        source_sku,
        count(*) as line_count,
        sum(source_amount * coalesce(exchange_rate, 1)) as stake_amount
    from {{ ref('int_sales_resolved') }}
    where
        rejection_reason is null
        or rejection_reason in ('unmapped SKU', 'SKU in conflict')
    group by source_system, sku_key_type, source_sku

),

final as (

    select
        sku_keys.sku_key_id,
        sku_keys.source_system,
        sku_keys.sku_key_type,
        sku_keys.source_sku as source_key,
        sku_keys.sku_id,
        case when sku_keys.candidate_count > 1 then 'conflict' else sku_keys.method end as method,
        sku_keys.confidence_share,
        sku_keys.candidate_count,
        sku_keys.first_seen_on,
        coalesce(money.line_count, 0) as sales_line_count,
        {{ money('coalesce(money.stake_amount, 0)') }} as stake_reporting_amount
    from sku_keys
    left join money
        on
            sku_keys.source_system = money.source_system
            and sku_keys.sku_key_type = money.sku_key_type
            and sku_keys.source_sku = money.source_sku

)

select * from final
