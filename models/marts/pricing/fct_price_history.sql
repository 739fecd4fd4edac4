with

versions as (

    select * from {{ ref('snap_channel_prices') }}

),

final as (

    select
        version_id,
        channel_price_id,
        sku_id,
        channel_id,
        currency_code,
        list_price_amount,
        paid_price_amount,
        valid_from_on,
        {{ valid_to_on('valid_before_on') }} as valid_to_on,
        valid_before_on is null as is_current
    from versions

)

select * from final
