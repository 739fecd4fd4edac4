"""One run of the forecast: the law of every series by period and by window, and what drives its mean."""

from sellthrough.demand import forecast_demand, forecast_settings
from sellthrough.frames import arrow_of, with_key


def model(dbt, session):
    dbt.config(materialized="table")
    features = arrow_of(dbt.ref("int_demand_features"))
    series = arrow_of(dbt.ref("int_demand_series"))
    events = arrow_of(dbt.ref("int_demand_events"))
    fits = arrow_of(dbt.ref("int_forecast_fit").filter("row_kind = 'part'"))
    settings = forecast_settings(dbt.config.get("meta"))
    forecast = forecast_demand(features, series, events, fits, settings, say=print)
    return with_key(forecast, "row_id", ["origin_on", "row_kind", "series_id", "window_days", "forecast_on"])
