with

source as (

    {{ landed('ga4', 'event') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        {{ hash_personal('user_pseudo_id') }} as visitor_hash,
        {{ hash_personal('user_id') }} as user_hash,
        param_ga_session_id as session_id,

        -- words
        name as event_name,
        traffic_source_source as traffic_source,
        traffic_source_medium as traffic_medium,
        param_campaign as campaign_name,
        ecommerce_transaction_id as order_reference,

        -- numbers
        ecommerce_purchase_revenue_in_usd as revenue_usd_amount,

        -- times
        date as occurred_on,
        timestamp as occurred_at,
        _fivetran_synced as synced_at,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
