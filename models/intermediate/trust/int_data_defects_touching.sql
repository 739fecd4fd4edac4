-- What each reason of the quarantine holds per source table and SKU. A row's SKU is the one that its key stands for; a key
-- in conflict touches every SKU that claims it, and its rows are counted with the first of them. Rows without a known SKU
-- stand under none. A row that carries no money is worth its units at the SKU's cost.
with

quarantined as (

    select
        trim({{ dbt.split_part('rejection_reason', "':'", 1) }}) as rejection_reason,
        source_system,
        source_table,
        source_sku,
        abs(coalesce(source_units, 0)) as units,
        abs(stake_reporting_amount) as stake_amount,
        occurred_on
    from {{ ref('fct_quarantine') }}

),

by_key as (

    select
        rejection_reason,
        source_system,
        source_table,
        coalesce(source_sku, '') as source_key,
        count(*) as row_count,
        sum(units) as units,
        coalesce(sum(stake_amount), 0) as stake_amount,
        sum(case when stake_amount is null then units else 0 end) as moneyless_units,
        min(occurred_on) as first_on,
        max(occurred_on) as last_on
    from quarantined
    group by rejection_reason, source_system, source_table, coalesce(source_sku, '')

),

identities as (

    select
        sku_key_id,
        source_system,
        source_key,
        sku_id
    from {{ ref('bridge_sku_identity') }}

),

touched as (

    select
        source_system,
        source_key,
        sku_id
    from identities
    where sku_id is not null
    union all
    select
        identities.source_system,
        identities.source_key,
        candidates.sku_id
    from identities
    inner join {{ ref('int_sku_keys_matched') }} as candidates on identities.sku_key_id = candidates.sku_key_id
    where identities.sku_id is null

),

numbered as (

    select
        source_system,
        source_key,
        sku_id,
        row_number() over (partition by source_system, source_key order by sku_id) as turn
    from touched
    group by source_system, source_key, sku_id

),

costs as (

    select
        sku_id,
        unit_cost_amount
    from {{ ref('dim_sku') }}

),

joined as (

    select
        by_key.rejection_reason,
        by_key.source_system,
        by_key.source_table,
        numbered.sku_id,
        case when coalesce(numbered.turn, 1) = 1 then by_key.row_count else 0 end as row_count,
        case when coalesce(numbered.turn, 1) = 1 then by_key.units else 0 end as units,
        by_key.stake_amount + by_key.moneyless_units * coalesce(costs.unit_cost_amount, 0) as touching_amount,
        case when coalesce(numbered.turn, 1) = 1 then 1 else 0 end as is_counted,
        by_key.first_on,
        by_key.last_on
    from by_key
    left join numbered on by_key.source_system = numbered.source_system and by_key.source_key = numbered.source_key
    left join costs on numbered.sku_id = costs.sku_id

),

final as (

    select
        {{ key_of(['rejection_reason', 'source_system', 'source_table', 'sku_id']) }} as data_defect_sku_id,
        rejection_reason,
        source_system,
        source_table,
        sku_id,
        sum(row_count) as row_count,
        {{ money('sum(units)') }} as units,
        {{ money('sum(touching_amount * is_counted)') }} as stake_reporting_amount,
        {{ money('sum(touching_amount)') }} as touching_reporting_amount,
        min(first_on) as first_on,
        max(last_on) as last_on
    from joined
    group by rejection_reason, source_system, source_table, sku_id

)

select * from final
