-- One row per key that sells: what it sells for, the SKU it was given and, where people checked it, the SKU it really
-- is. The labels measure the links; they make none.
with

identities as (

    select * from {{ ref('int_sku_keys_resolved') }}

),

merged as (

    select * from {{ ref('int_sku_masters_merged') }}

),

labels as (

    select
        labels.audited_system,
        coalesce(nullif(trim(labels.audited_instance), ''), '*') as audited_instance,
        labels.sku_key_type,
        labels.source_sku,
        -- a merge renames the truth as well
        min(coalesce(merged.merged_sku_id, labels.sku_id)) as sku_id,
        count(distinct coalesce(merged.merged_sku_id, labels.sku_id, '')) as label_count
    from {{ ref('stg_audit__sku_identity') }} as labels
    left join merged on labels.sku_id = merged.sku_id
    where labels.delivery_rank = 1
    group by
        labels.audited_system,
        coalesce(nullif(trim(labels.audited_instance), ''), '*'),
        labels.sku_key_type,
        labels.source_sku

),

sales_lines as (

    select
        source_system,
        source_instance,
        sku_key_type,
        source_sku,
        count(*) as row_count,
        sum(abs(coalesce(source_units, 0))) as source_units,
        sum(abs(coalesce({{ times('source_amount', 'exchange_rate') }}, 0))) as stake_reporting_amount
    from {{ ref('int_sales_resolved') }}
    where
        rejection_reason is null
        or rejection_reason in ('unmapped SKU', 'SKU in conflict')
    group by source_system, source_instance, sku_key_type, source_sku

),

final as (

    select
        identities.sku_key_id,
        identities.source_system,
        identities.source_instance,
        identities.sku_id,
        case when own_labels.label_count = 1 then own_labels.sku_id when all_labels.label_count = 1 then all_labels.sku_id end as true_sku_id,
        coalesce(own_labels.label_count, all_labels.label_count, 0) = 1 as is_labelled,
        cast(sales_lines.row_count as {{ dbt.type_bigint() }}) as row_count,
        {{ money('sales_lines.source_units') }} as source_units,
        {{ money('sales_lines.stake_reporting_amount') }} as stake_reporting_amount
    from identities
    inner join sales_lines
        on
            identities.source_system = sales_lines.source_system
            and identities.source_instance = sales_lines.source_instance
            and identities.sku_key_type = sales_lines.sku_key_type
            and identities.source_sku = sales_lines.source_sku
    left join labels as own_labels
        on
            identities.source_system = own_labels.audited_system
            and identities.source_instance = own_labels.audited_instance
            and identities.sku_key_type = own_labels.sku_key_type
            and identities.source_sku = own_labels.source_sku
    left join labels as all_labels
        on
            identities.source_system = all_labels.audited_system
            and all_labels.audited_instance = '*'
            and identities.sku_key_type = all_labels.sku_key_type
            and identities.source_sku = all_labels.source_sku

)

select * from final
