-- What finance planned, in the reporting currency: one row per month and what it is planned for. People's seed goes before
-- the ERP's budget of the same month and department; an empty category or channel stands for all.
with

seeded as (

    select
        month_starts_on,
        nullif(trim(category), '') as planned_for,
        nullif(trim(channel_id), '') as channel_id,
        revenue_amount,
        margin_amount,
        'seed' as stated_by
    from {{ ref('budget') }}

),

lines as (

    select
        -- the ERP writes the period's first day, with or without an hour
        cast({{ dbt.date_trunc('month', try_cast('substr(budget_period, 1, 10)', 'date')) }} as date) as month_starts_on,
        nullif(trim(department), '') as planned_for,
        lower(account_name) as account_name,
        budget_amount
    from {{ ref('stg_netsuite__budgets') }}
    where delivery_rank = 1 and budget_amount is not null

),

of_erp as (

    select
        month_starts_on,
        planned_for,
        cast(null as {{ dbt.type_string() }}) as channel_id,
        sum(case when account_name like '%{{ var("budget_revenue_word") }}' and account_name not like '%{{ var("budget_cost_word") }}%' then budget_amount end) as revenue_amount,
        sum(case when account_name like '%{{ var("budget_cost_word") }}%' then budget_amount end) as cost_amount
    from lines
    group by month_starts_on, planned_for

),

unioned as (

    select
        month_starts_on,
        planned_for,
        channel_id,
        revenue_amount,
        margin_amount,
        stated_by
    from seeded
    union all
    select
        of_erp.month_starts_on,
        of_erp.planned_for,
        of_erp.channel_id,
        of_erp.revenue_amount,
        of_erp.revenue_amount - of_erp.cost_amount as margin_amount,
        'netsuite' as stated_by
    from of_erp
    left join (select distinct month_starts_on from seeded) as months on of_erp.month_starts_on = months.month_starts_on
    where of_erp.month_starts_on is not null and of_erp.revenue_amount is not null and months.month_starts_on is null

),

final as (

    select
        {{ key_of(['month_starts_on', 'planned_for', 'channel_id']) }} as budget_id,
        month_starts_on,
        planned_for,
        channel_id,
        {{ money('sum(revenue_amount)') }} as revenue_amount,
        {{ money('sum(margin_amount)') }} as margin_amount,
        min(stated_by) as stated_by
    from unioned
    group by month_starts_on, planned_for, channel_id

)

select * from final
