with

source as (

    {{ landed('netsuite', 'item') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as item_id,
        itemid as item_code,
        upccode as barcode,
        parent as parent_item_id,
        stockunit as stock_unit_id,
        purchaseunit as purchase_unit_id,

        -- words
        fullname as item_full_name,
        displayname as item_name,
        itemtype as item_type,
        description as item_description,
        department,
        class as category,
        x_season,
        x_successor,

        -- numbers
        averagecost as average_cost_amount,
        lastpurchaseprice as last_purchase_price_amount,

        -- flags
        isinactive as is_inactive,
        _fivetran_deleted as is_deleted,

        -- times
        createddate as created_at,
        x_launch_on,
        x_phase_out_on,
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
