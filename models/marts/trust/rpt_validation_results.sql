with

results as (

    select * from {{ ref('int_validation_results_latest') }}

),

final as (

    select
        validation_result_id,
        run_phase,
        validated_system,
        validated_table,
        expectation_id,
        expectation_type,
        column_names,
        severity,
        is_met,
        -- what it means for the build: a raw failure is told and quarantined, a mart failure stops the publication
        case
            when is_met then 'none'
            when run_phase = 'marts' then 'publication stopped'
            when severity = 'critical' then 'rows quarantined'
            else 'told'
        end as consequence,
        cast(table_row_count as {{ dbt.type_bigint() }}) as table_row_count,
        cast(checked_row_count as {{ dbt.type_bigint() }}) as checked_row_count,
        cast(unexpected_count as {{ dbt.type_bigint() }}) as unexpected_count,
        {{ share('unexpected_share') }} as unexpected_share,
        unexpected_sample,
        sentence,
        run_at
    from results

)

select * from final
