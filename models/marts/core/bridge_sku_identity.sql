with

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}

),

money as (

    select
        source_system,
        source_instance,
        sku_key_type,
        source_sku,
        count(*) as line_count,
        sum(abs({{ money('source_amount * coalesce(exchange_rate, 1)') }})) as stake_amount
    from {{ ref('int_sales_resolved') }}
    where
        rejection_reason is null
        or rejection_reason in ('unmapped SKU', 'SKU in conflict')
    group by source_system, source_instance, sku_key_type, source_sku

),

final as (

    select
        sku_keys.sku_key_id,
        sku_keys.source_system,
        sku_keys.source_instance,
        sku_keys.sku_key_type,
        sku_keys.source_sku as source_key,
        sku_keys.sku_id,
        sku_keys.units_per_key,
        case when sku_keys.candidate_count > 1 then 'conflict' else sku_keys.method end as method,
        sku_keys.confidence_share,
        cast(sku_keys.candidate_count as {{ dbt.type_bigint() }}) as candidate_count,
        sku_keys.candidate_sku_ids,
        sku_keys.link_path,
        sku_keys.contradicting_sku_ids,
        sku_keys.key_defect,
        sku_keys.reviewed_by,
        sku_keys.reviewed_on,
        sku_keys.first_seen_on,
        coalesce(money.line_count, 0) as sales_line_count,
        {{ money('coalesce(money.stake_amount, 0)') }} as stake_reporting_amount
    from sku_keys
    left join money
        on
            sku_keys.source_system = money.source_system
            and sku_keys.source_instance = money.source_instance
            and sku_keys.sku_key_type = money.sku_key_type
            and sku_keys.source_sku = money.source_sku

)

select * from final
