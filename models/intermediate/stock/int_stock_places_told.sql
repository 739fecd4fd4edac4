-- Per location that stock flowed at: whether somebody tells what comes in, and from which day the ERP's opening stock
-- makes its books complete.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='location_id',
    meta={'restated_scope': 'all', 'restated_wholly': true}
) }}

with

flows as (

    select * from {{ ref('int_stock_flows_unioned') }}

),

final as (

    select
        location_id,
        max(receipt_units + transfer_in_units + abs(adjustment_units)) > 0 as is_told,
        min(case when is_opening then flowed_on end) as complete_from_on
    from flows
    group by location_id

)

select * from final
