"""Stock of every SKU and location beyond what the season will plausibly take."""

from sellthrough.frames import arrow_of, first_value, with_columns, with_key
from sellthrough.inventory import SURPLUS_SCHEMA, SurplusSettings, flag_surplus

PASSED = ["season_ends_on", "own_on_hand_units", "fed_units", "cancellable_units"]
NUMBERS = [
    "plausible_quantile",
    "markdown_rate",
    "salvage_rate",
    "minimum_surplus_units",
    "default_elasticity",
]


def model(dbt, session):
    dbt.config(materialized="table")
    knobs = dbt.config.get("meta")
    positions = arrow_of(dbt.ref("int_stock_positions_seasonal"))
    forecast = arrow_of(dbt.ref("int_location_forecast_summed"))
    flags = SURPLUS_SCHEMA.empty_table()
    if positions.num_rows:
        settings = SurplusSettings(
            flagged_on=first_value(positions, "flagged_on"),
            **{name: float(knobs[name]) for name in NUMBERS},
        )
        flags = flag_surplus(positions, forecast, settings)
    return with_key(with_columns(flags, positions, PASSED), "surplus_id", ["sku_id", "location_id"])
