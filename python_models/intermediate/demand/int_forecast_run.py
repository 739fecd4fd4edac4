"""One run of the forecast: every day of every series, and how the methods did on held-out days."""

import pyarrow as pa
import pyarrow.compute as pc

from sellthrough.demand import (
    ACCURACY_SCHEMA,
    CHANNELS_SCHEMA,
    DAILY_SCHEMA,
    DRIVERS_SCHEMA,
    HISTORY_SCHEMA,
    ForecastResult,
    ForecastSettings,
    forecast_demand,
)
from sellthrough.frames import conformed, with_key


def model(dbt, session):
    dbt.config(materialized="table")
    knobs = dbt.config.get("meta")
    history = conformed(dbt.ref("int_demand_history"), HISTORY_SCHEMA)
    drivers = conformed(dbt.ref("int_demand_drivers"), DRIVERS_SCHEMA)
    channels = conformed(dbt.ref("dim_channel"), CHANNELS_SCHEMA)
    result = ForecastResult(DAILY_SCHEMA.empty_table(), ACCURACY_SCHEMA.empty_table())
    if history.num_rows:
        settings = ForecastSettings(
            cutoff_on=pc.max(history.column("demand_on")).as_py(),
            horizon_days=int(knobs["horizon_days"]),
            share_window_days=int(knobs["share_window_days"]),
            min_history_days=int(knobs["min_history_days"]),
            holdout_days=int(knobs["holdout_days"]),
            intermittent_adi=float(knobs["intermittent_adi"]),
            workers=int(knobs["workers"]),
        )
        result = forecast_demand(history, drivers, channels, settings)
    daily = with_key(
        result.daily, "row_id", ["origin_on", "sku_id", "channel_id", "location_id", "forecast_on"]
    )
    accuracy = with_key(result.accuracy, "row_id", ["origin_on", "class", "method"])
    return pa.concat_tables([daily, accuracy], promote_options="default")
