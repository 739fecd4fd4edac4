with

source as (

    {{ landed('shopify', 'customer') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as customer_id,
        {{ hash_personal('email') }} as customer_email_hash,

        -- words
        default_address_country_code as country_code,
        marketing_consent_state,

        -- flags
        _fivetran_deleted as is_deleted,

        -- times
        created_at,
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
