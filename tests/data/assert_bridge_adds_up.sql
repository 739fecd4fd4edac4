-- Every subtotal of the bridge is the sum of the steps before it.
with

steps as (

    select * from {{ ref('rpt_sales_bridge') }}

),

subtotals as (

    select * from steps
    where is_subtotal

),

summed as (

    select
        subtotals.bridge_step_id,
        sum(steps.amount) as amount,
        sum(steps.units) as units
    from subtotals
    inner join steps
        on
            subtotals.source_system = steps.source_system
            and subtotals.source_instance = steps.source_instance
            and subtotals.channel_id = steps.channel_id
            and coalesce(subtotals.occurred_on, cast('1900-01-01' as date)) = coalesce(steps.occurred_on, cast('1900-01-01' as date))
            and coalesce(subtotals.currency_code, '') = coalesce(steps.currency_code, '')
            and subtotals.basis = steps.basis
            and subtotals.step_number > steps.step_number
    where not steps.is_subtotal
    group by subtotals.bridge_step_id

)

select subtotals.bridge_step_id
from subtotals
left join summed on subtotals.bridge_step_id = summed.bridge_step_id
where
    summed.bridge_step_id is null
    or subtotals.amount != summed.amount
    or subtotals.units != summed.units
