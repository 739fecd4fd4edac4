"""What the forecast has learnt: a new fit when one is due, and what its methods reached on held-out days."""

from sellthrough.demand import FIT_SCHEMA, fit_demand, forecast_settings
from sellthrough.frames import arrow_of, with_key

KEY = ["fitted_on", "row_kind", "part_name", "series_id", "origin_on", "window_days", "first_on"]


def model(dbt, session):
    dbt.config(materialized="incremental", unique_key="row_id")
    features = arrow_of(dbt.ref("int_demand_features"))
    series = arrow_of(dbt.ref("int_demand_series"))
    events = arrow_of(dbt.ref("int_demand_events"))
    kept = FIT_SCHEMA.empty_table()
    if dbt.is_incremental:
        kept = session.sql(f"select * from {dbt.this} where row_kind = 'part'").to_arrow_table()
    settings = forecast_settings(dbt.config.get("meta"))
    found = fit_demand(features, series, events, kept, settings, say=print)
    return with_key(
        found,
        "row_id",
        ["fitted_on", "row_kind", "part_name", "series_id", "origin_on", "window_days", "first_on"],
    )
