import datetime as dt
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sellthrough.inventory import SURPLUS_SCHEMA, SurplusSettings, flag_surplus

Maker = Callable[..., pa.Table]
DAY = dt.date(2026, 3, 2)


def flag(positions: pa.Table, forecast: pa.Table, **knobs: Any) -> list[dict[str, Any]]:
    table = flag_surplus(positions, forecast, SurplusSettings(flagged_on=DAY, **knobs))
    assert table.schema == SURPLUS_SCHEMA
    return list(table.to_pylist())


def test_no_positions_give_a_typed_empty_table(positions: Maker, forecast: Maker) -> None:
    assert flag(positions().slice(0, 0), forecast()) == []


def test_certain_demand_by_hand(positions: Maker, forecast: Maker) -> None:
    mug = {"on_hand_units": 130.0, "on_order_units": 20.0, "season_ends_on": DAY + dt.timedelta(days=49)}
    (row,) = flag(positions(mug), forecast(variance=0.0))
    assert row["expected_demand_units"] == row["plausible_demand_units"] == 100
    assert (row["surplus_units"], row["surplus_on_order_units"], row["surplus_on_hand_units"]) == (50, 20, 30)
    assert (row["surplus_cost_amount"], row["surplus_retail_amount"]) == (200, 500)
    assert row["cover_days"] == 75
    assert row["recommended_action"] == "cancel order"
    assert row["act_from_on"] == DAY
    assert row["recoverable_on_order_amount"] == pytest.approx(20 * 4 * 0.8)


def test_the_last_day_to_mark_down_still_clears_the_surplus(positions: Maker, forecast: Maker) -> None:
    end = DAY + dt.timedelta(days=49)
    (row,) = flag(positions({"on_hand_units": 130.0, "season_ends_on": end}), forecast(variance=0.0))
    lift = 0.7**-2.0 - 1
    start = (row["act_from_on"] - DAY).days
    assert (100 - 2 * start) * lift >= 30 > (100 - 2 * (start + 1)) * lift
    base = 30 / lift
    assert row["recoverable_on_hand_amount"] == pytest.approx(30 * (7 - 0.8) - 3 * base, abs=1e-4)
    assert row["recommended_action"] == "mark down"


def test_a_surplus_too_large_to_clear_is_acted_on_today(positions: Maker, forecast: Maker) -> None:
    (row,) = flag(positions({"on_hand_units": 2000.0}), forecast())
    assert row["act_from_on"] == DAY
    assert 0 < row["recoverable_amount"] < row["surplus_retail_amount"]


def test_a_markdown_that_loses_money_is_not_recommended(positions: Maker, forecast: Maker) -> None:
    (row,) = flag(positions({"on_hand_units": 500.0, "elasticity": -0.3}), forecast())
    assert row["is_surplus"] and row["recommended_action"] == "none" and row["recoverable_amount"] == 0
    assert "cost more than it brings" in row["fallback_reason"]
    (row,) = flag(positions({"on_hand_units": 500.0, "elasticity": 0.4}), forecast())
    assert row["recommended_action"] == "none"


def test_stock_that_demand_will_take_is_no_surplus(positions: Maker, forecast: Maker) -> None:
    (row,) = flag(positions({"on_hand_units": 200.0}), forecast())
    assert (row["surplus_units"], row["is_surplus"], row["recommended_action"]) == (0, False, "none")
    assert row["act_from_on"] is None and row["recoverable_amount"] == 0
    assert row["horizon_ends_on"] == DAY + dt.timedelta(days=125)


def test_demand_beyond_the_forecast_goes_on(positions: Maker, forecast: Maker) -> None:
    (row,) = flag(positions(), forecast(days=30), horizon_days=300)
    assert row["expected_demand_units"] == pytest.approx(600)


def test_after_the_season_everything_is_surplus(positions: Maker, forecast: Maker) -> None:
    (row,) = flag(positions({"season_ends_on": DAY - dt.timedelta(days=1)}), forecast())
    assert row["surplus_units"] == 40
    assert "season has ended" in row["fallback_reason"]


def test_committed_and_unsellable_stock_does_not_count(positions: Maker, forecast: Maker) -> None:
    stock = {
        "on_hand_units": 400.0,
        "committed_units": 30.0,
        "unsellable_units": 20.0,
        "in_transit_units": 10.0,
    }
    (row,) = flag(positions(stock), forecast(variance=0.0))
    assert row["on_hand_units"] == 350
    assert row["surplus_units"] == 350 + 10 - 252


def test_unknown_money_is_null_and_unknown_elasticity_assumed(positions: Maker, forecast: Maker) -> None:
    (row,) = flag(
        positions({"unit_cost_amount": None, "elasticity": None, "on_hand_units": 900.0}), forecast()
    )
    assert row["surplus_cost_amount"] is None and row["recoverable_amount"] is None
    assert "no elasticity: -1.5 assumed" in row["fallback_reason"]
    assert "price or cost unknown" in row["fallback_reason"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.floats(-20, 2000),
    ordered=st.floats(0, 500),
    daily=st.floats(0, 10),
    days=st.integers(-5, 200),
    elasticity=st.floats(-4, 0.5),
)
def test_parts_add_up(
    positions: Maker,
    forecast: Maker,
    held: float,
    ordered: float,
    daily: float,
    days: int,
    elasticity: float,
) -> None:
    item = {
        "on_hand_units": held,
        "on_order_units": ordered,
        "elasticity": elasticity,
        "season_ends_on": DAY + dt.timedelta(days=days),
    }
    (row,) = flag(positions(item), forecast(daily=daily, variance=2 * daily))
    assert row["surplus_units"] == row["surplus_on_hand_units"] + row["surplus_on_order_units"]
    assert row["recoverable_amount"] == row["recoverable_on_order_amount"] + row["recoverable_on_hand_amount"]
    assert 0 <= row["surplus_on_order_units"] <= ordered + 1e-6
    left = max(0.0, held + ordered - row["plausible_demand_units"])
    assert row["surplus_units"] == pytest.approx(left, abs=1e-5)
    assert row["expected_demand_units"] <= row["plausible_demand_units"]
    if row["act_from_on"] is not None:
        assert DAY <= row["act_from_on"] <= max(row["horizon_ends_on"] + dt.timedelta(days=1), DAY)


def test_settings_out_of_range_are_refused() -> None:
    for knobs in (
        {"horizon_days": 0},
        {"plausible_quantile": 1.0},
        {"salvage_rate": 2.0},
        {"default_elasticity": 1.0},
    ):
        with pytest.raises(ValueError, match=next(iter(knobs))):
            SurplusSettings(flagged_on=DAY, **knobs)
