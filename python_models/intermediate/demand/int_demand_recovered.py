"""Demand of series that were out of stock at some time, one row per series and day."""

import pyarrow as pa

from sellthrough.demand.censoring import in_stock_mean
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
            "group": "weekday_group",
        },
        {"y": pa.float64(), "in_stock_share": pa.float64()},
    )
    recovered = in_stock_mean(panel, window_days=int(settings["window_days"]))
    names = {
        "series_id": "series",
        "demand_on": "ds",
        "demand_units": "demand",
        "demand_sd_units": "demand_sd",
        "method": "method",
    }
    return with_key(columns_as(recovered, names, {}), "demand_day_id", ["series_id", "demand_on"])
