with

touching as (

    select * from {{ ref('int_data_defects_touching') }}

),

actions as (

    select
        sku_id,
        count(*) as action_count,
        sum(value_amount) as action_value_amount
    from {{ ref('rpt_action_queue') }}
    group by sku_id

),

ranked as (

    select
        touching.*,
        coalesce(actions.action_count, 0) as action_count,
        coalesce(actions.action_value_amount, 0) as action_value_amount,
        row_number() over (
            partition by touching.rejection_reason, touching.source_system, touching.source_table
            order by
                case when touching.sku_id is null then 1 else 0 end,
                touching.touching_reporting_amount desc,
                touching.units desc,
                touching.sku_id asc
        ) as turn
    from touching
    left join actions on touching.sku_id = actions.sku_id

),

classes as (

    select * from {{ ref('defect_class') }}

),

summed as (

    select
        rejection_reason,
        source_system,
        source_table,
        sum(row_count) as row_count,
        sum(units) as units,
        sum(stake_reporting_amount) as stake_reporting_amount,
        min(first_on) as first_on,
        max(last_on) as last_on,
        count(sku_id) as sku_count,
        sum(case when sku_id is null then row_count else 0 end) as row_without_sku_count,
        max(case when turn = 1 then sku_id end) as first_sku_id,
        max(case when turn = 2 then sku_id end) as second_sku_id,
        max(case when turn = 3 then sku_id end) as third_sku_id,
        sum(action_count) as action_count,
        sum(action_value_amount) as action_value_amount
    from ranked
    group by rejection_reason, source_system, source_table

),

final as (

    select
        {{ key_of(['summed.rejection_reason', 'summed.source_system', 'summed.source_table']) }} as data_defect_id,
        -- a reason that the seed doesn't know yet counts as a defect
        coalesce(classes.defect_class, 'unclassified') as defect_class,
        summed.rejection_reason,
        coalesce(classes.effect, 'missing') as effect,
        summed.source_system,
        summed.source_table,
        cast(summed.row_count as {{ dbt.type_bigint() }}) as row_count,
        {{ money('summed.units') }} as units,
        {{ money('summed.stake_reporting_amount') }} as stake_reporting_amount,
        summed.first_on,
        summed.last_on,
        cast(summed.sku_count as {{ dbt.type_bigint() }}) as sku_count,
        cast(summed.row_without_sku_count as {{ dbt.type_bigint() }}) as row_without_sku_count,
        summed.first_sku_id
        || coalesce(', ' || summed.second_sku_id, '')
        || coalesce(', ' || summed.third_sku_id, '') as top_sku_ids,
        cast(summed.action_count as {{ dbt.type_bigint() }}) as action_count,
        {{ money('summed.action_value_amount') }} as action_value_amount,
        coalesce(classes.fixed_by, 'data team') as fixed_by,
        coalesce(classes.remedy, 'Add the reason to seeds/trust/defect_class.csv') as remedy
    from summed
    left join classes on summed.rejection_reason = classes.rejection_reason

)

select * from final
