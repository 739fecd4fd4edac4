with

source as (

    {{ landed('netsuite', 'vendor') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        id as vendor_id,

        -- words
        entityid as vendor_code,
        companyname as vendor_name,
        currency as currency_code,
        terms as payment_terms,

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
