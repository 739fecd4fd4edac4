-- Shelves to count: if one is empty, its margin is lost until the next cycle count finds it, as nobody orders over a record.
with

count_list as (

    select * from {{ ref('fct_stock_count_list') }}

),

final as (

    select
        'count stock|' || count_id as action_id,
        'count stock' as action_kind,
        sku_id,
        location_id,
        cast(null as {{ dbt.type_string() }}) as from_location_id,
        cast(null as {{ dbt.type_string() }}) as supplier_id,
        record_units as action_units,
        {{ money('probability_share * weekly_margin_amount * ' ~ var('phantom_found_after_days') ~ ' / 7') }} as value_amount,
        {{ money('probability_share * weekly_margin_amount') }} as waiting_week_amount,
        {{ money('0') }} as cash_amount,
        decided_on as cash_on,
        -- a count works as well next week, only the margin is gone
        cast(null as date) as last_safe_on,
        'none' as binding_constraint,
        reason,
        'fct_stock_count_list' as explained_by,
        count_id as explained_by_id
    from count_list

)

select * from final
