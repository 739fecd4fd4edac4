with

quarantined as (

    select * from {{ ref('int_quarantine_sold') }}
    union all
    select * from {{ ref('int_quarantine_stocked') }}

),

final as (

    select
        source_row_id,
        source_system,
        source_instance,
        source_table,
        topic,
        occurred_on,
        source_channel,
        source_sku,
        source_units,
        currency_code,
        source_amount,
        stake_reporting_amount,
        rejection_reason,
        rejection_detail
    from quarantined

)

select * from final
