with

source as (

    {{ landed('validation', 'validation_result') }}

),

renamed as (

    select
        -- delivery
        delivered_row_id,
        delivery_rank,
        source_instance,

        -- ids
        expectation_id,

        -- words
        run_phase,
        source_system as validated_system,
        source_table as validated_table,
        expectation as expectation_type,
        column_names,
        severity,
        unexpected_sample,
        message as sentence,

        -- flags
        is_met,

        -- numbers
        table_row_count,
        checked_row_count,
        unexpected_count,
        unexpected_share,

        -- times
        run_at,

        -- what the contract doesn't cover
        unreadable_columns,
        x_columns
    from source

),

final as (

    select * from renamed

)

select * from final
