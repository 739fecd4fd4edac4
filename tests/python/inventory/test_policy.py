import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sellthrough.inventory import REORDER_SCHEMA, PolicySettings, reorder_policy

Maker = Callable[..., pa.Table]
shared = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def decide(positions: pa.Table, forecast: pa.Table, history: pa.Table, **knobs: Any) -> list[dict[str, Any]]:
    knobs.setdefault("decided_on", dt.date(2026, 3, 2))
    table = reorder_policy(positions, forecast, history, PolicySettings(**knobs))
    assert table.schema == REORDER_SCHEMA
    return list(table.to_pylist())


def test_no_positions_give_a_typed_empty_table(positions: Maker, forecast: Maker, history: Maker) -> None:
    assert decide(positions().slice(0, 0), forecast(), history([])) == []


def test_a_mug_by_hand(positions: Maker, forecast: Maker, history: Maker) -> None:
    (row,) = decide(positions(), forecast(), history([]), service_mode="fixed", default_sum_inflation=1.0)
    assert row["protection_days"] == 27
    assert row["protection_mean_units"] == pytest.approx(54)
    assert row["protection_sd_units"] == pytest.approx(np.sqrt(27 * 3 + 4 * 16), abs=1e-4)
    # 95 % of a gamma with mean 54 and variance 145
    assert row["reorder_point_units"] == pytest.approx(75.2, abs=0.1)
    assert row["order_up_to_units"] == pytest.approx(row["reorder_point_units"] + 14)
    assert row["suggested_order_cases"] == np.ceil((row["order_up_to_units"] - 40) / 6)
    assert row["order_amount"] == row["suggested_order_units"] * 4
    assert row["order_by_on"] == dt.date(2026, 3, 2)
    # 40 units at 2 a day: the twentieth day
    assert row["stock_out_on"] == dt.date(2026, 3, 21)
    assert row["fallback_reason"] is None


def test_the_economic_service_level_is_the_critical_ratio(
    positions: Maker, forecast: Maker, history: Maker
) -> None:
    thin = {"unit_cost_amount": 9.9, "review_days": 28.0}
    (row,) = decide(positions(thin), forecast(), history([]), service_level_floor=0.01)
    hold = 0.25 * 9.9 * 28 / 365
    assert row["service_level"] == pytest.approx(0.1 / (0.1 + hold))
    (row,) = decide(
        positions(thin), forecast(), history([]), lost_sale_penalty_rate=0.2, service_level_floor=0.01
    )
    assert row["service_level"] == pytest.approx(2.1 / (2.1 + hold))
    (row,) = decide(positions({}), forecast(), history([]))
    assert row["service_level"] == 0.99
    (row,) = decide(positions({"unit_cost_amount": 12.0}), forecast(), history([]))
    assert (row["service_level"], row["fallback_reason"]) == (
        0.8,
        "price not above cost: service level at its floor",
    )


def test_unknowns_fall_back_and_say_so(positions: Maker, forecast: Maker, history: Maker) -> None:
    bare = dict.fromkeys(
        ("lead_time_days", "lead_time_sd_days", "review_days", "unit_cost_amount", "case_pack_units")
    )
    (row,) = decide(positions(bare), forecast(), history([]))
    assert (row["lead_time_days"], row["review_days"], row["service_level"]) == (30, 7, 0.95)
    assert row["order_amount"] is None and row["value_amount"] is None
    for word in ("lead time unknown", "spread of the lead time", "review period", "price or cost"):
        assert word in row["fallback_reason"]


def test_without_a_forecast_history_stands_in(positions: Maker, forecast: Maker, history: Maker) -> None:
    (row,) = decide(positions(), forecast("plate"), history([3.0] * 200))
    assert row["protection_mean_units"] == pytest.approx(3 * 27)
    assert "no forecast" in row["fallback_reason"]
    (row,) = decide(positions(), forecast("plate"), history([]))
    assert (row["reorder_point_units"], row["suggested_order_units"]) == (0, 0)
    assert "neither forecast nor history" in row["fallback_reason"]


def test_a_forecast_that_ends_early_goes_on(positions: Maker, forecast: Maker, history: Maker) -> None:
    both = pa.concat_tables([forecast(days=10), forecast("plate", days=90)])
    rows = decide(positions({}, {"sku_id": "plate"}), both, history([]))
    assert rows[0]["protection_mean_units"] == pytest.approx(rows[1]["protection_mean_units"])


def test_nothing_is_ordered_above_the_reorder_point(
    positions: Maker, forecast: Maker, history: Maker
) -> None:
    rich = {"on_order_units": 100.0}
    (row,) = decide(positions(rich), forecast(), history([]))
    assert row["position_units"] == 140
    assert row["suggested_order_units"] == row["value_amount"] == row["holding_cost_amount"] == 0
    # 2 a day until the position reaches the reorder point
    wait = int(np.ceil((140 - row["reorder_point_units"]) / 2)) - 1
    assert row["order_by_on"] == dt.date(2026, 3, 2) + dt.timedelta(days=wait)
    (row,) = decide(positions({"on_hand_units": 9999.0}), forecast(), history([]))
    assert row["order_by_on"] is None and row["stock_out_on"] is None


def test_a_late_order_cannot_avoid_what_is_lost_before_it_arrives(
    positions: Maker, forecast: Maker, history: Maker
) -> None:
    (row,) = decide(positions({"on_hand_units": 0.0, "lead_time_sd_days": 0.0}), forecast(), history([]))
    assert row["expected_lost_units"] == pytest.approx(54)
    assert row["unavoidable_lost_units"] == pytest.approx(40)
    assert row["avoided_lost_units"] == pytest.approx(14, abs=0.1)
    assert row["avoided_lost_margin_amount"] == pytest.approx(14 * 6, abs=0.6)


def test_a_fixed_order_cost_makes_orders_larger(positions: Maker, forecast: Maker, history: Maker) -> None:
    (plain,) = decide(positions(), forecast(), history([]))
    (costly,) = decide(positions(), forecast(), history([]), fixed_order_cost_amount=50.0)
    assert costly["reorder_point_units"] == plain["reorder_point_units"]
    quantity = np.sqrt(2 * 50 * 2 * 365 / 1.0)
    assert costly["order_up_to_units"] - costly["reorder_point_units"] == pytest.approx(quantity)


@shared
@given(
    held=st.floats(-50, 300),
    daily=st.floats(0, 20),
    ratio=st.floats(0.2, 5),
    pack=st.integers(1, 24),
    minimum=st.floats(0, 100),
    lead=st.floats(0, 90),
    spread=st.floats(0, 20),
    review=st.floats(1, 30),
)
def test_components_add_up_and_orders_fit(
    positions: Maker,
    forecast: Maker,
    history: Maker,
    held: float,
    daily: float,
    ratio: float,
    pack: int,
    minimum: float,
    lead: float,
    spread: float,
    review: float,
) -> None:
    change = {
        "on_hand_units": held,
        "case_pack_units": float(pack),
        "minimum_order_units": minimum,
        "lead_time_days": lead,
        "lead_time_sd_days": spread,
        "review_days": review,
    }
    (row,) = decide(positions(change), forecast(daily=daily, variance=daily * ratio), history([]))
    assert row["reorder_point_units"] == row["protection_mean_units"] + row["safety_stock_units"]
    assert row["value_amount"] == row["avoided_lost_margin_amount"] - row["holding_cost_amount"]
    assert row["protection_days"] == row["lead_time_days"] + row["review_days"]
    assert row["safety_stock_units"] >= 0 and row["reorder_point_units"] <= row["order_up_to_units"]
    order = row["suggested_order_units"]
    assert order == row["suggested_order_cases"] * pack
    assert row["suggested_order_cases"] == int(row["suggested_order_cases"])
    if row["position_units"] > row["reorder_point_units"]:
        assert order == 0
    elif order > 0:
        assert order >= minimum - 1e-6
        assert row["position_units"] + order >= row["order_up_to_units"] - 1e-6
    assert row["avoided_lost_units"] + row["unavoidable_lost_units"] <= row["expected_lost_units"] + 1e-6


@shared
@given(level=st.floats(0.5, 0.98), step=st.floats(0, 0.019), lead=st.floats(1, 60), longer=st.floats(0, 60))
def test_more_service_or_a_longer_lead_never_lowers_the_reorder_point(
    positions: Maker, forecast: Maker, history: Maker, level: float, step: float, lead: float, longer: float
) -> None:
    rows = positions({"lead_time_days": lead}, {"sku_id": "plate", "lead_time_days": lead + longer})
    low = decide(rows, forecast("mug", "plate"), history([]), service_mode="fixed", service_level=level)
    high = decide(
        rows, forecast("mug", "plate"), history([]), service_mode="fixed", service_level=level + step
    )
    assert low[0]["reorder_point_units"] <= high[0]["reorder_point_units"]
    assert low[0]["reorder_point_units"] <= low[1]["reorder_point_units"] + 1e-6


def test_the_order_of_rows_does_not_matter(positions: Maker, forecast: Maker, history: Maker) -> None:
    skus = [f"sku{i}" for i in range(6)]
    rows = positions(*({"sku_id": sku, "on_hand_units": 10.0 * i} for i, sku in enumerate(skus)))
    past = pa.concat_tables([history(list(np.arange(200.0) % (i + 2)), sku) for i, sku in enumerate(skus)])
    ahead = forecast(*skus)
    mixed = np.random.default_rng(5).permutation
    first = decide(rows, ahead, past)
    second = decide(rows, ahead.take(mixed(ahead.num_rows)), past.take(mixed(past.num_rows)))
    assert first == second


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lead_time_days": -3.0}, "lead_time_days is -3 for mug warehouse"),
        ({"unit_cost_amount": float("inf")}, "unit_cost_amount is inf for mug warehouse"),
        ({"sku_id": None}, "sku_id or location_id is null in row 0"),
    ],
)
def test_bad_positions_are_refused(
    positions: Maker, forecast: Maker, history: Maker, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        decide(positions(change), forecast(), history([]))


def test_bad_tables_are_refused(positions: Maker, forecast: Maker, history: Maker) -> None:
    with pytest.raises(ValueError, match="occurs twice"):
        decide(positions({}, {}), forecast(), history([]))
    with pytest.raises(ValueError, match="two rows for 2026-03-02 in the forecast"):
        decide(positions(), pa.concat_tables([forecast(), forecast()]), history([]))
    with pytest.raises(ValueError, match="lacks the column"):
        decide(positions().drop_columns(["review_days"]), forecast(), history([]))
    with pytest.raises(ValueError, match="mean_units is -1"):
        decide(positions(), forecast(daily=-1.0), history([]))


@pytest.mark.parametrize(
    "knobs",
    [
        {"service_mode": "best"},
        {"service_level": 1.0},
        {"service_level_floor": 0.995},
        {"carrying_cost_rate": -0.1},
        {"default_sum_inflation": 0.5},
        {"inflation_window_days": 1},
    ],
)
def test_settings_out_of_range_are_refused(knobs: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(knobs))):
        PolicySettings(decided_on=dt.date(2026, 3, 2), **knobs)
