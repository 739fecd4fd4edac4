{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('netsuite', 'transactionline') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as line_id,
        transaction as transaction_id,
        item as item_id,
        location as location_id,
        createdfrom as created_from_transaction_id,
        units as unit_id,

        -- numbers
        quantity,
        quantityshiprecv as shipped_received_quantity,
        quantitybilled as billed_quantity,
        quantitycommitted as committed_quantity,
        quantitybackordered as backordered_quantity,
        rate as unit_rate_amount,
        netamount as net_amount,
        foreignamount as foreign_amount,
        linesequencenumber as line_number,

        -- flags
        isclosed as is_closed,
        mainline as is_main_line,
        _fivetran_deleted as is_deleted,

        -- times
        expectedreceiptdate as expected_receipt_on,
        _fivetran_synced as synced_at,
        landed_at,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
