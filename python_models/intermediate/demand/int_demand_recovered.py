"""Demand of series that were out of stock at some time, one row per series and day."""

import pyarrow as pa

from sellthrough.demand import estimate_demand
from sellthrough.frames import columns_as, with_key


def model(dbt, session):
    dbt.config(materialized="table")
    settings = dbt.config.get("meta")
    panel = columns_as(
        dbt.ref("int_demand_censored"),
        {
            "series": "series_id",
            "ds": "demand_on",
            "y": "sold_units",
            "in_stock_share": "in_stock_share",
            "ran_out": "has_run_out",
            "shelf": "shelf_id",
            "group": "peer_group",
            "item": "sku_id",
            "discount": "planned_discount_rate",
            "phase_out": "months_since_phase_out",
        },
        {
            "y": pa.float64(),
            "in_stock_share": pa.float64(),
            "discount": pa.float64(),
            # months are words: each has an effect of its own
            "phase_out": pa.string(),
        },
    )
    recovered = estimate_demand(panel, settings["estimator"], window_days=int(settings["window_days"]))
    names = {
        "series_id": "series",
        "demand_on": "ds",
        "demand_units": "demand",
        "demand_sd_units": "demand_sd",
        "method": "method",
    }
    return with_key(columns_as(recovered, names, {}), "demand_day_id", ["series_id", "demand_on"])
