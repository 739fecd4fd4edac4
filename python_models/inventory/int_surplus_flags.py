"""Stock of every SKU and location beyond what the season will plausibly take."""

from sellthrough.frames import arrow_of, only_value, with_key
from sellthrough.inventory import SURPLUS_SCHEMA, SurplusSettings, flag_surplus


def model(dbt, session):
    dbt.config(materialized="table")
    knobs = dbt.config.get("meta")
    positions = arrow_of(dbt.ref("int_stock_positions_seasonal"))
    forecast = arrow_of(dbt.ref("int_location_forecast_summed"))
    flagged_on = only_value(dbt.ref("int_sales_cut_off"), "cut_off_on")
    if flagged_on is None:
        return with_key(SURPLUS_SCHEMA.empty_table(), "surplus_id", ["sku_id", "location_id"])
    settings = SurplusSettings(
        flagged_on=flagged_on,
        horizon_days=int(knobs["horizon_days"]),
        plausible_quantile=float(knobs["plausible_quantile"]),
        markdown_rate=float(knobs["markdown_rate"]),
        salvage_rate=float(knobs["salvage_rate"]),
        minimum_surplus_units=float(knobs["minimum_surplus_units"]),
        default_elasticity=float(knobs["default_elasticity"]),
    )
    return with_key(flag_surplus(positions, forecast, settings), "surplus_id", ["sku_id", "location_id"])
