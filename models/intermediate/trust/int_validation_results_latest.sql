-- What the newest validation of each phase and table found. A promise that a newer run of its table no longer makes is left
-- behind with its run.
with

results as (

    select * from {{ ref('stg_validation__validation_result') }}
    where delivery_rank = 1

),

runs as (

    select
        run_phase,
        validated_system,
        validated_table,
        max(run_at) as last_run_at
    from results
    group by run_phase, validated_system, validated_table

),

final as (

    select
        {{ key_of(['results.run_phase', 'results.validated_system', 'results.validated_table', 'results.expectation_id']) }}
            as validation_result_id,
        results.run_phase,
        results.validated_system,
        results.validated_table,
        results.expectation_id,
        results.expectation_type,
        results.column_names,
        results.severity,
        results.is_met,
        results.table_row_count,
        results.checked_row_count,
        results.unexpected_count,
        results.unexpected_share,
        results.unexpected_sample,
        results.sentence,
        results.run_at
    from results
    inner join runs
        on
            results.run_phase = runs.run_phase
            and results.validated_system = runs.validated_system
            and results.validated_table = runs.validated_table
            and results.run_at = runs.last_run_at

)

select * from final
