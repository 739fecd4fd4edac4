with

source as (

    {{ landed('netsuite', 'budgets') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as budget_id,

        -- words
        account as account_name,
        department,
        period as budget_period,

        -- numbers
        amount as budget_amount,

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
