with

source as (

    {{ landed('netsuite', 'itemvendor') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        item as item_id,
        vendor as vendor_id,

        -- words
        vendorcode as vendor_item_code,

        -- numbers
        purchaseprice as purchase_price_amount,
        leadtime as lead_time_days,
        x_moq as minimum_order_units,
        x_case_pack as case_pack_units,

        -- flags
        preferredvendor as is_preferred,

        -- times
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
