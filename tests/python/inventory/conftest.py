"""Small tables for the tests of the inventory library, handed out by fixtures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

DECIDED = dt.date(2026, 3, 2)

POSITION: dict[str, Any] = {
    "sku_id": "mug",
    "location_id": "warehouse",
    "on_hand_units": 40.0,
    "committed_units": 0.0,
    "unsellable_units": 0.0,
    "in_transit_units": 0.0,
    "on_order_units": 0.0,
    "unit_cost_amount": 4.0,
    "unit_price_amount": 10.0,
    "case_pack_units": 6.0,
    "minimum_order_units": 0.0,
    "lead_time_days": 20.0,
    "lead_time_sd_days": 4.0,
    "review_days": 7.0,
    "supplier_id": "potter",
    "season_ends_on": None,
    "elasticity": -2.0,
}


def _positions(*changes: dict[str, Any]) -> pa.Table:
    """One row per dict of what differs from a mug in the warehouse."""
    rows = [{**POSITION, **change} for change in (changes or ({},))]
    types = {"sku_id": pa.string(), "location_id": pa.string(), "supplier_id": pa.string()}
    types["season_ends_on"] = pa.date32()
    columns = {
        name: pa.array([row[name] for row in rows], types.get(name, pa.float64())) for name in POSITION
    }
    return pa.table(columns)


def _forecast(*skus: str, daily: float = 2.0, variance: float = 3.0, days: int = 120) -> pa.Table:
    """Flat daily demand at the warehouse from the day of the decision."""
    names = skus or ("mug",)
    return pa.table(
        {
            "sku_id": [sku for sku in names for _ in range(days)],
            "location_id": ["warehouse"] * (len(names) * days),
            "forecast_on": pa.array([DECIDED + dt.timedelta(days=i) for i in range(days)] * len(names)),
            "mean_units": [daily] * (len(names) * days),
            "variance_units": [variance] * (len(names) * days),
        }
    )


def _history(units: list[float], sku: str = "mug") -> pa.Table:
    """Past daily demand that ends on the day before the decision."""
    days = [DECIDED - dt.timedelta(days=len(units) - i) for i in range(len(units))]
    return pa.table(
        {
            "sku_id": pa.array([sku] * len(units), pa.string()),
            "location_id": pa.array(["warehouse"] * len(units), pa.string()),
            "demand_on": pa.array(days, pa.date32()),
            "demand_units": pa.array(units, pa.float64()),
        }
    )


@pytest.fixture
def positions() -> Callable[..., pa.Table]:
    """Maker of positions: one row per dict of what differs from a mug in the warehouse."""
    return _positions


@pytest.fixture
def forecast() -> Callable[..., pa.Table]:
    """Maker of flat forecasts."""
    return _forecast


@pytest.fixture
def history() -> Callable[..., pa.Table]:
    """Maker of past demand."""
    return _history


@pytest.fixture
def decided() -> dt.date:
    """Day of the decision."""
    return DECIDED
