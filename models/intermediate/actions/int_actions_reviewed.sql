-- Classes of SKUs whose forecast promises more, or less, than it keeps: one row per class, the quantile that is furthest
-- off. Near the best quantile what is lost grows with the square of what one is off (the newsvendor's cost is flat at its
-- bottom): the class's margin over the window, times the square of the share by which the promise is broken.
with

calibration as (

    select * from {{ ref('rpt_forecast_calibration') }}

),

classes as (

    select
        abc_class || xyz_class as forecast_class,
        sum(year_margin_amount) / 52 as weekly_margin_amount
    from {{ ref('int_sku_classes_measured') }}
    group by abc_class || xyz_class

),

ranked as (

    select
        calibration.*,
        classes.weekly_margin_amount,
        row_number() over (
            partition by calibration.forecast_class
            order by abs(calibration.off_share) desc, calibration.window_days desc, calibration.nominal_share desc
        ) as off_rank
    from calibration
    inner join classes on calibration.forecast_class = classes.forecast_class
    where
        abs(calibration.off_share) > {{ var('forecast_calibration_tolerance_share') }}
        and calibration.observation_count >= {{ var('forecast_calibration_min_observations') }}

),

final as (

    select
        'review forecast|' || forecast_class as action_id,
        'review forecast' as action_kind,
        cast(null as {{ dbt.type_string() }}) as sku_id,
        cast(null as {{ dbt.type_string() }}) as location_id,
        cast(null as {{ dbt.type_string() }}) as from_location_id,
        cast(null as {{ dbt.type_string() }}) as supplier_id,
        {{ money('0') }} as action_units,
        {{ money('off_share * off_share * weekly_margin_amount * window_days / 7') }} as value_amount,
        {{ money('off_share * off_share * weekly_margin_amount') }} as waiting_week_amount,
        {{ money('0') }} as cash_amount,
        fitted_on as cash_on,
        cast(null as date) as last_safe_on,
        'none' as binding_constraint,
        'class ' || forecast_class || ', ' || cast(window_days as {{ dbt.type_string() }}) || '-day sums: '
        || cast(cast(100 * realised_share as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' % at or below the quantile of '
        || cast(cast(100 * nominal_share as {{ dbt.type_int() }}) as {{ dbt.type_string() }}) || ' %' as reason,
        'rpt_forecast_calibration' as explained_by,
        calibration_id as explained_by_id
    from ranked
    where off_rank = 1

)

select * from final
