with

source as (

    {{ landed('google_ads', 'campaign_stats') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        customer_id as account_id,
        id as campaign_id,

        -- words
        device,
        ad_network_type as network,

        -- numbers
        impressions,
        clicks,
        cast(cost_micros / 1000000 as {{ type_money() }}) as spend_amount,
        conversions,
        conversions_value as conversion_amount,

        -- times
        date as active_on,
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
