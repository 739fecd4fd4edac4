with

customers as (

    select * from {{ ref('int_customers_unioned') }}

),

orders as (

    select
        customer_id,
        source_system,
        source_instance,
        order_id,
        min(business_on) as first_ordered_on,
        max(business_on) as last_ordered_on,
        sum(net_reporting_amount) as net_reporting_amount
    from {{ ref('fct_sales') }}
    where customer_id is not null
    group by customer_id, source_system, source_instance, order_id

),

purchases as (

    select
        customer_id,
        min(first_ordered_on) as first_ordered_on,
        max(last_ordered_on) as last_ordered_on,
        -- a line without an order's number belongs to none
        count(order_id) as order_count,
        sum(net_reporting_amount) as net_reporting_amount
    from orders
    group by customer_id

),

final as (

    select
        customers.customer_id,
        customers.source_system,
        customers.country_code,
        substr(customers.consent_rank, 3) as marketing_consent,
        cast(customers.created_at as date) as created_on,
        purchases.first_ordered_on,
        purchases.last_ordered_on,
        cast(coalesce(purchases.order_count, 0) as {{ dbt.type_bigint() }}) as order_count,
        {{ money('coalesce(purchases.net_reporting_amount, 0)') }} as net_reporting_amount
    from customers
    left join purchases on customers.customer_id = purchases.customer_id

)

select * from final
