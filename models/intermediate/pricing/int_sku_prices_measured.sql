-- One row per SKU: what one unit brought at full price over the last weeks, over all channels to consumers first.
with

sales_lines as (

    select * from {{ ref('int_sales_resolved') }}
    where rejection_reason is null and gross_units > 0 and gross_amount > 0

),

ranked as (

    select
        sku_id,
        gross_amount * exchange_rate as gross_reporting_amount,
        gross_units,
        business_on,
        max(business_on) over (partition by sku_id) as last_business_on
    from sales_lines

),

final as (

    select
        sku_id,
        {{ money('sum(gross_reporting_amount) / sum(gross_units)') }} as unit_price_amount
    from ranked
    where business_on > {{ dbt.dateadd('day', -1 * var('price_window_days'), 'last_business_on') }}
    group by sku_id

)

select * from final
