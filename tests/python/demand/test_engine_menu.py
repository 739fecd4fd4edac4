"""Methods for gaps, classes with a winner each, launches that lean on like items."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from sellthrough.demand.engine import EngineSettings, Grid, fit_grid, read_grid, score_grid
from sellthrough.demand.engine.intermittent import intermittent
from sellthrough.demand.engine.patterns import PATTERNS, patterns

from .engine_world import FIRST, SETTINGS, World, changed, simulated

NO_EVENTS = pa.table(
    {
        "calendar": pa.array([], pa.string()),
        "ds": pa.array([], pa.date32()),
        "event": pa.array([], pa.string()),
    }
)
QUICK = EngineSettings(horizon=28, rounds=10, threads=1)


def laid_out(
    units: np.ndarray, weight: np.ndarray | None = None, settings: EngineSettings = QUICK, **statics: object
) -> Grid:
    """Lay units out as a grid; NaN is a day without a row."""
    n, known = units.shape
    names = [f"s{i:03d}" for i in range(n)]
    days = [FIRST + timedelta(days=t) for t in range(known)]
    columns = {
        "series": np.repeat(names, known),
        "ds": pa.array(days * n),
        "demand": units.ravel(),
        "weight": np.ones(units.size) if weight is None else weight.ravel(),
    }
    there = pa.array(~np.isnan(units.ravel()))
    about: dict[str, object] = {"group": ["g"] * n, "item": names, "calendar": ["all"] * n}
    return read_grid(
        pa.table(columns).filter(there),
        pa.table({"series": names, **(about | statics)}),
        NO_EVENTS,
        days[-1],
        settings,
    )


def test_methods_for_gaps_have_statsforecasts_numbers() -> None:
    from statsforecast.models import TSB, CrostonSBA, SimpleExponentialSmoothing

    rng = np.random.default_rng(4)
    units = rng.poisson(0.4, (12, 120)).astype(float)
    units[3] = 0
    units[5] = rng.poisson(6, 120)
    units[6] = 0
    units[6, 40] = 3
    made = intermittent(laid_out(units), 120)
    models = {
        "ses": SimpleExponentialSmoothing(0.1),
        "tsb": TSB(alpha_d=0.1, alpha_p=0.03),
        "sba": CrostonSBA(),
    }
    for name, model in models.items():
        theirs = [np.nan_to_num(model.forecast(y=row, h=1)["mean"])[0] for row in units]
        assert made[name] == pytest.approx(theirs, rel=1e-5, abs=1e-9), name


def test_unknown_days_are_passed_over() -> None:
    rng = np.random.default_rng(4)
    units = rng.poisson(0.5, (5, 100)).astype(float)
    holes = np.zeros((5, 100))
    apart = np.concatenate([units[:, :60], holes[:, :30], units[:, 60:]], axis=1)
    weight = np.concatenate([np.ones((5, 60)), holes[:, :30], np.ones((5, 40))], axis=1)
    whole, holed = intermittent(laid_out(units), 100), intermittent(laid_out(apart, weight), 130)
    assert all(np.array_equal(whole[name], holed[name]) for name in whole)


def test_classes_are_gaps_times_short_history() -> None:
    units = np.full((4, 300), 5.0)
    units[1::2, ::2] = 0
    units[2:, :200] = np.nan
    assert [PATTERNS[code] for code in patterns(laid_out(units))] == list(PATTERNS)


def test_where_a_planners_rule_wins_it_ships_and_says_so() -> None:
    # each series repeats its own week to the unit: no model can beat last week
    rng = np.random.default_rng(8)
    week = rng.integers(0, 30, (40, 7)).astype(float)
    grid = laid_out(np.tile(week, (1, 40)))
    fit = fit_grid(grid, QUICK)
    out = score_grid(grid, fit, QUICK)
    assert set(out.method) <= {"seasonal_naive", "weekday_mean"}
    assert set(out.reason) == {"baseline better on held-out days"}
    assert np.array_equal(out.mean[:, :7], week)


def test_a_class_of_few_series_follows_its_pattern() -> None:
    world = simulated(3, n=40, known=240)
    grid = world.grid()
    start = grid.start.copy()
    weight = grid.weight.copy()
    weight[:3, :80] = 0
    start[:3] = 80
    fit = fit_grid(replace(grid, weight=weight, start=start), SETTINGS)
    by_class = {name: fit.chosen[name] for name in PATTERNS}
    assert by_class["smooth, short history"] == by_class["smooth"]


def _with_launch(like: str | None) -> World:
    """Give the last series ten days of history, and perhaps an item to sell like."""
    world = simulated(3, n=40, known=240)
    level = world.expected.mean(axis=1)
    young = np.array(world.panel.column("series").to_pylist()) == "s039"
    early = np.array(world.panel.column("ds").to_pylist()) < world.origin - timedelta(days=3)
    panel = world.panel.filter(pa.array(~(young & early)))
    likes = [None] * 39 + [f"s{int(np.argmax(level[1::2])) * 2 + 1:03d}" if like else None]
    return replace(
        world, panel=panel, statics=world.statics.append_column("like_item", pa.array(likes, pa.string()))
    )


def test_a_launch_leans_on_its_like_item() -> None:
    alone, led = _with_launch(None), _with_launch("the strongest")
    out = {}
    for name, world in (("alone", alone), ("led", led)):
        grid = world.grid()
        fit = fit_grid(grid, SETTINGS)
        out[name] = score_grid(grid, replace(fit, chosen=dict.fromkeys(fit.chosen, "level")), SETTINGS)
    assert out["led"].mean[39].sum() > 1.3 * out["alone"].mean[39].sum()
    assert (out["led"].method[39], out["led"].reason[39]) == ("like_items", "only 4 periods of history")
    assert out["alone"].reason[39] == "only 4 periods of history"


def test_a_like_item_that_nobody_sells_is_no_like_item() -> None:
    world = _with_launch(None)
    nobody = pa.array([None] * 39 + ["no such item"], pa.string())
    assert set(replace(world, statics=changed(world.statics, "like_item", nobody)).grid().like) == {-1}


def test_past_drivers_reach_the_trees() -> None:
    rng = np.random.default_rng(1)
    n, known = 30, 250
    # each series' rate moves like a walk that only the driver tells in time
    signal = np.repeat(rng.choice([0.0, 1.0], (n, known // 10 + 3)), 10, axis=1)[:, : known + 28]
    units = rng.poisson(10 * np.exp(signal[:, :known])).astype(float)
    names = [f"s{i:03d}" for i in range(n)]
    days = [date(2024, 1, 1) + timedelta(days=t) for t in range(known)]
    columns = {"series": np.repeat(names, known), "ds": pa.array(days * n), "demand": units.ravel()}
    panel = pa.table({**columns, "past_rating": np.roll(signal, -1, axis=1)[:, :known].ravel()})
    statics = pa.table({"series": names, "group": ["g"] * n, "item": names, "calendar": ["all"] * n})
    fit = fit_grid(read_grid(panel, statics, NO_EVENTS, days[-1], QUICK), QUICK)
    assert fit.trees is not None
    assert {"past_rating", "past_rating_7", "past_rating_28"} <= set(fit.trees.names)
