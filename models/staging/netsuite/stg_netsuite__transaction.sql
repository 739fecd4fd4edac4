{{ config(materialized='incremental', unique_key='delivered_row_id') }}

with

source as (

    {{ landed('netsuite', 'transaction') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as transaction_id,
        entity as entity_id,

        -- words
        type as transaction_type,
        transactionnumber as transaction_number,
        status as transaction_status,
        currency as currency_code,

        -- flags; the memo itself is free text and stays in the source
        coalesce(lower(memo) like '%{{ var("opening_stock_memo") }}%', false) as is_opening_stock,

        -- numbers
        exchangerate as exchange_rate,

        -- times
        trandate as transacted_on,
        createddate as created_at,
        duedate as due_on,
        closedate as closed_on,
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
