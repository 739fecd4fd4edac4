-- One row per customer: people of the shops by the hash of their address, and whoever else bought under a number.
with

shop_customers as (

    select
        coalesce(customer_email_hash, 'shopify|' || source_instance || '|' || customer_id) as customer_id,
        'shopify' as source_system,
        country_code,
        marketing_consent_state,
        created_at
    from {{ ref('stg_shopify__customer') }}
    where delivery_rank = 1 and not coalesce(is_deleted, false)

),

buyers as (

    select
        customer_id,
        min(source_system) as source_system,
        min(ordered_at) as created_at
    from {{ ref('int_sales_resolved') }}
    where customer_id is not null and rejection_reason is null
    group by customer_id

),

unioned as (

    select * from shop_customers
    union all
    select
        customer_id,
        source_system,
        cast(null as {{ dbt.type_string() }}) as country_code,
        cast(null as {{ dbt.type_string() }}) as marketing_consent_state,
        created_at
    from buyers

),

final as (

    select
        customer_id,
        min(source_system) as source_system,
        max(country_code) as country_code,
        -- one refusal counts for the person, not for the shop
        min(case marketing_consent_state
            when 'unsubscribed' then '1 unsubscribed' when 'subscribed' then '2 subscribed' else '3 unknown'
        end) as consent_rank,
        min(created_at) as created_at
    from unioned
    where customer_id is not null
    group by customer_id

)

select * from final
