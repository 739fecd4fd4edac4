with

source as (

    {{ landed('meta_ads', 'basic_ad') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        ad_id,
        account_id,

        -- numbers
        impressions,
        inline_link_clicks as clicks,
        spend as spend_amount,
        reach,

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
