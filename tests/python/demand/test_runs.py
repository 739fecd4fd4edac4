"""The forecast on the warehouse's tables: what is learnt is kept, and learnt anew when due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sellthrough.demand import (
    DRIVERS,
    EVENTS_SCHEMA,
    FIT_SCHEMA,
    FORECAST_SCHEMA,
    PROVEN_METHODS,
    QUANTILE_COLUMNS,
    ForecastSettings,
    fit_demand,
    forecast_demand,
    forecast_settings,
    weekly_panel,
)

from .engine_world import World, simulated

SETTINGS = ForecastSettings(
    horizon_days=28, windows_days=(7, 14, 56), rounds=10, training_rows=20_000, workers=1
)
KNOBS = {
    "horizon_days": "126",
    "grain": "day",
    "windows_days": "[7, 14]",
    "refit_days": "7",
    "prophet": "True",
    "rounds": "120",
    "training_rows": "300000",
    "workers": "2",
}
Tables = tuple[pa.Table, pa.Table, pa.Table]


def tables(world: World, until: int | None = None, ahead: int = 28) -> Tables:
    """Name the simulated panel's columns as the warehouse does, known up to a day."""
    last = (until or world.known) - 1
    first = world.origin - timedelta(days=world.known - 1)
    origin = first + timedelta(days=last)
    days = world.panel.column("ds")
    kept = pc.less_equal(days, pa.scalar(origin + timedelta(days=ahead), pa.date32()))
    units = pa.array(world.units.ravel())
    is_past = pc.less_equal(days, pa.scalar(origin, pa.date32()))
    features = pa.table(
        {
            "series_id": world.panel.column("series"),
            "demand_on": days,
            "cut_off_on": pa.array([origin] * len(days)),
            "demand_units": pc.if_else(is_past, units, None),
            "demand_weight_share": pc.if_else(is_past, 1.0, None),
            "known_promotion_discount": world.panel.column("known_promotion"),
        }
    ).filter(kept)
    names = world.statics.column("series")
    series = pa.table(
        {
            "series_id": names,
            "sku_id": names,
            "like_sku_id": pa.nulls(len(names), pa.string()),
            "forecast_group": world.statics.column("group"),
            "calendar_code": world.statics.column("calendar"),
            "static_shop": world.statics.column("static_shop"),
            "level_total": ["all"] * len(names),
        }
    )
    events = world.events.select(["calendar", "ds", "event"]).rename_columns(EVENTS_SCHEMA.names)
    return features, series, events


@pytest.fixture(scope="module")
def world() -> World:
    """Simulate 30 series over 34 weeks."""
    return simulated(5, n=30)


@pytest.fixture(scope="module")
def fit(world: World) -> pa.Table:
    """Learn from all of it."""
    return fit_demand(*tables(world), FIT_SCHEMA.empty_table(), SETTINGS)


@pytest.fixture(scope="module")
def forecast(world: World, fit: pa.Table) -> pa.Table:
    """Forecast with that."""
    return forecast_demand(*tables(world), parts(fit), SETTINGS)


def parts(fit: pa.Table) -> pa.Table:
    """Return the rows that hold what was learnt."""
    return fit.filter(pc.equal(fit.column("row_kind"), "part"))


def rows(table: pa.Table, kind: str) -> pa.Table:
    """Return the rows of one kind."""
    return table.filter(pc.equal(table.column("row_kind"), kind))


def numbers(table: pa.Table, name: str) -> np.ndarray:
    """Return one column as numbers."""
    return np.asarray(table.column(name).to_numpy(), dtype=float)


def test_two_months_are_too_short_to_hold_any_out_and_are_forecast_still() -> None:
    short = tables(simulated(7, n=10, known=55))
    learnt = fit_demand(*short, FIT_SCHEMA.empty_table(), SETTINGS)
    assert rows(learnt, "part").num_rows == learnt.num_rows > 0
    said = rows(forecast_demand(*short, learnt, SETTINGS), "period")
    assert said.num_rows == 10 * 28
    assert (numbers(said, "mean_units") > 0).all()


def test_every_series_has_each_day_and_each_window_within_the_horizon(forecast: pa.Table) -> None:
    assert forecast.schema == FORECAST_SCHEMA
    assert rows(forecast, "period").num_rows == 30 * 28
    windows = rows(forecast, "window").column("window_days").to_pylist()
    assert sorted(set(windows)) == [7, 14]
    assert len(windows) == 60


def test_drivers_add_up_to_the_mean_by_day_and_by_window(forecast: pa.Table) -> None:
    total = sum(numbers(forecast, f"{name}_units") for name in DRIVERS)
    assert np.allclose(total, numbers(forecast, "mean_units"), atol=1e-6)


def test_a_window_has_the_mean_of_its_days_and_quantiles_that_rise(forecast: pa.Table) -> None:
    days = rows(forecast, "period")
    first = pc.less_equal(numbers_of_days(days), 7)
    week = days.filter(first).group_by("series_id", use_threads=False).aggregate([("mean_units", "sum")])
    window = rows(forecast, "window").filter(pc.equal(rows(forecast, "window").column("window_days"), 7))
    assert week.column("series_id").to_pylist() == window.column("series_id").to_pylist()
    assert np.allclose(numbers(week, "mean_units_sum"), numbers(window, "mean_units"))
    quantiles = np.stack([numbers(forecast, name) for name in QUANTILE_COLUMNS])
    assert (np.diff(quantiles, axis=0) >= 0).all()
    assert (quantiles >= 0).all()


def numbers_of_days(days: pa.Table) -> pa.Array:
    """Count the days ahead of the origin."""
    return pc.days_between(days.column("origin_on"), days.column("forecast_on"))


def test_held_out_rows_name_every_method_and_nothing_after_the_cut_off(world: World, fit: pa.Table) -> None:
    held = rows(fit, "held_out")
    assert held.num_rows > 0
    for name in PROVEN_METHODS:
        assert held.column(f"{name}_units").null_count < held.num_rows
    last = pc.max(
        pc.add(held.column("first_on").cast(pa.int32()), pc.subtract(held.column("window_days"), 1))
    )
    assert last.as_py() <= (world.origin - date(1970, 1, 1)).days


def test_a_kept_fit_is_used_until_it_is_due(world: World, fit: pa.Table) -> None:
    early = tables(world, until=world.known - 8)
    first = fit_demand(*early, FIT_SCHEMA.empty_table(), SETTINGS)
    five_days_on = tables(world, until=world.known - 3)
    assert fit_demand(*five_days_on, parts(first), SETTINGS).num_rows == 0
    again = forecast_demand(*five_days_on, parts(first), SETTINGS)
    assert set(again.column("fitted_on").to_pylist()) == {world.origin - timedelta(days=8)}
    assert set(again.column("origin_on").to_pylist()) == {world.origin - timedelta(days=3)}
    due = fit_demand(*tables(world), parts(first), SETTINGS)
    reasons = set(parts(due).column("refit_reason").to_pylist())
    assert len(reasons) == 1
    assert "7 days are over" in reasons.pop()


def test_a_fit_of_a_later_day_is_not_looked_at(world: World, fit: pa.Table) -> None:
    early = tables(world, until=world.known - 20)
    anew = fit_demand(*early, parts(fit), SETTINGS)
    assert set(parts(anew).column("refit_reason").to_pylist()) == {"no fit is kept"}
    with pytest.raises(ValueError, match=r"No fit of the forecast up to .* is kept"):
        forecast_demand(*early, parts(fit), SETTINGS)


def test_a_fit_that_cannot_be_read_is_made_anew(world: World, fit: pa.Table) -> None:
    kept = parts(fit)
    broken = kept.set_column(
        kept.schema.get_field_index("part_text"), "part_text", pa.array(["?"] * len(kept))
    )
    assert fit_demand(*tables(world), broken, SETTINGS).num_rows > 0


def test_rows_in_another_order_change_no_bit(world: World, fit: pa.Table, forecast: pa.Table) -> None:
    features, series, events = tables(world)
    order = np.random.default_rng(1).permutation(features.num_rows)
    shuffled = features.take(pa.array(order)), series.take(pa.array(np.arange(30)[::-1])), events
    anew = fit_demand(*shuffled, FIT_SCHEMA.empty_table(), SETTINGS)
    assert anew.equals(fit)
    assert forecast_demand(*shuffled, parts(anew), SETTINGS).equals(forecast)


def test_weeks_end_on_the_cut_off_and_have_windows_of_whole_weeks(world: World) -> None:
    weekly = replace(SETTINGS, grain="week")
    kept = parts(fit_demand(*tables(world), FIT_SCHEMA.empty_table(), weekly))
    forecast = forecast_demand(*tables(world), kept, weekly)
    weeks = rows(forecast, "period")
    assert weeks.num_rows == 30 * 4
    assert set(weeks.column("window_days").to_pylist()) == {7}
    assert min(weeks.column("forecast_on").to_pylist()) == world.origin + timedelta(days=1)
    came = world.units[:, world.known :].sum()
    assert 0.7 < numbers(weeks, "mean_units").sum() / came < 1.4
    assert set(rows(forecast, "window").column("window_days").to_pylist()) == {7, 14}


def test_a_week_that_is_half_there_stands_for_a_whole_one_with_half_the_weight() -> None:
    last = date(2026, 3, 14)
    days = [last - timedelta(days=k) for k in range(10)]
    panel = pa.table(
        {
            "series": ["a"] * 10,
            "ds": days,
            "demand": [2.0] * 10,
            "weight": [1.0] * 10,
            "known_price_list": [1.0] * 7 + [4.0] * 3,
        }
    )
    weeks = weekly_panel(panel, last).sort_by("ds").to_pydict()
    assert weeks["ds"] == [date(2026, 3, 1), date(2026, 3, 8)]
    assert weeks["demand"] == [14.0, 14.0]
    assert weeks["weight"] == [pytest.approx(3 / 7), 1.0]
    assert weeks["known_price_list"] == [4.0, 1.0]


def test_no_history_gives_typed_empty_tables(world: World) -> None:
    features, series, events = tables(world)
    empty = FIT_SCHEMA.empty_table()
    assert fit_demand(features.slice(0, 0), series, events, empty, SETTINGS).schema == FIT_SCHEMA
    assert forecast_demand(features.slice(0, 0), series, events, empty, SETTINGS).schema == FORECAST_SCHEMA


def test_settings_are_read_from_texts() -> None:
    read = forecast_settings(KNOBS)
    assert read.windows_days == (7, 14)
    assert read.engine().horizon == 126
    assert replace(read, grain="week").engine().windows == (1, 2)


@pytest.mark.parametrize(
    ("knob", "value", "words"),
    [
        ("grain", "month", "set it to day or week"),
        ("refit_days", "0", "1 or more"),
        ("horizon_days", "0", "1"),
    ],
)
def test_settings_out_of_range_are_refused(knob: str, value: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        forecast_settings(KNOBS | {knob: value})
