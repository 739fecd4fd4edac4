-- What the newest fit's methods said of days they hadn't seen, and what came: one row per series, origin and period or
-- window, with the class of the SKU.
with

fits as (

    select * from {{ ref('int_forecast_fit') }}

),

newest as (

    select max(fitted_on) as fitted_on from fits

),

series as (

    select * from {{ ref('int_demand_series') }}

),

classes as (

    select * from {{ ref('int_sku_classes_measured') }}

),

final as (

    select
        fits.row_id as held_out_id,
        fits.fitted_on,
        fits.origin_on,
        fits.series_id,
        series.sku_id,
        series.channel_id,
        series.location_id,
        coalesce(classes.abc_class || classes.xyz_class, 'new') as forecast_class,
        fits.first_on,
        fits.ahead_days,
        fits.window_days,
        fits.window_days = {{ 7 if var('forecast_grain') == 'week' else 1 }} as is_period,
        fits.actual_units,
        fits.weight_share,
        fits.mean_units,
        fits.variance_units,
        {%- for level in forecast_levels() %}
        fits.q{{ level }}_units,
        {%- endfor %}
        {%- for method in forecast_methods() %}
        fits.{{ method }}_units,
        {%- endfor %}
        nullif(fits.squared_change, 0) as squared_change
    from fits
    inner join newest on fits.fitted_on = newest.fitted_on
    inner join series on fits.series_id = series.series_id
    left join classes on series.sku_id = classes.sku_id
    where fits.row_kind = 'held_out'

)

select * from final
