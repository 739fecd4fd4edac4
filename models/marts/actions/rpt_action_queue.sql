with

unioned as (

    select * from {{ ref('int_actions_unioned') }}

),

skus as (

    select
        sku_id,
        sku_name,
        category
    from {{ ref('dim_sku') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

final as (

    select
        unioned.action_id,
        cast(row_number() over (order by unioned.value_amount desc, unioned.action_id asc) as {{ dbt.type_bigint() }}) as action_rank,
        cut_off.cut_off_on as decided_on,
        unioned.action_kind,
        unioned.sku_id,
        skus.sku_name,
        skus.category,
        unioned.location_id,
        unioned.from_location_id,
        unioned.supplier_id,
        {{ money("unioned.action_units") }} as action_units,
        unioned.value_amount,
        -- waiting can't cost more than the thing is worth
        case
            when unioned.waiting_week_amount > unioned.value_amount then unioned.value_amount
            else unioned.waiting_week_amount
        end as waiting_week_amount,
        unioned.cash_amount,
        unioned.cash_on,
        unioned.last_safe_on,
        unioned.last_safe_on is not null and unioned.last_safe_on <= cut_off.cut_off_on as is_urgent,
        unioned.binding_constraint,
        unioned.reason,
        unioned.explained_by,
        unioned.explained_by_id
    from unioned
    cross join cut_off
    left join skus on unioned.sku_id = skus.sku_id
    where unioned.value_amount >= {{ var('action_min_amount') }}

)

select * from final
