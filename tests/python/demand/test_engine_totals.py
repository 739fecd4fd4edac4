"""Prophet's totals: they count as far as they helped on held-out periods, and never stop a run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from sellthrough.demand.engine import (
    EngineFit,
    EngineSettings,
    Grid,
    fit_grid,
    held_out_table,
    pack_fit,
    prophet_totals,
    read_grid,
    score_grid,
    unpack_fit,
)
from sellthrough.demand.engine.prophet_totals import TotalsForecast
from sellthrough.demand.engine.reconcile import learn_totals, raked

SETTINGS = EngineSettings(horizon=28, windows=(28,), rounds=5, threads=1, prophet=True, keeps_held_out=True)
N, KNOWN, AHEAD = 24, 640, 42
LEVELS = ("level_total", "level_shop")


def growing(earlier: int = 0, settings: EngineSettings = SETTINGS) -> Grid:
    """Lay out shops that grow by a fifth a month, with one sort of driver."""
    rng = np.random.default_rng(3)
    total = KNOWN + AHEAD
    days = [date(2024, 1, 1) + timedelta(days=t) for t in range(total)]
    weekend = np.array([day.weekday() >= 5 for day in days])
    growth = np.exp(0.006 * np.maximum(np.arange(total) - 200, 0))
    expected = rng.gamma(3.0, 1.0, N)[:, None] * growth * np.exp(0.4 * weekend)
    units = rng.poisson(expected).astype(float)
    names = [f"s{i:02d}" for i in range(N)]
    panel = pa.table({"series": np.repeat(names, total), "ds": pa.array(days * N), "demand": units.ravel()})
    statics = pa.table(
        {
            "series": names,
            "group": ["g"] * N,
            "item": names,
            "calendar": ["all"] * N,
            "level_total": ["all"] * N,
            "level_shop": [f"shop {i % 2}" for i in range(N)],
        }
    )
    feasts = [day for day in days if day.day == 20]
    events = pa.table({"calendar": ["all"] * len(feasts), "ds": feasts, "event": ["feast"] * len(feasts)})
    return read_grid(panel, statics, events, days[KNOWN - 1 - earlier], settings)


@pytest.fixture(scope="module")
def grid() -> Grid:
    """Return the panel as known two weeks before its last known day."""
    return growing(earlier=14)


@pytest.fixture(scope="module")
def fit(grid: Grid) -> EngineFit:
    """Return what was learnt of it with Prophet."""
    return fit_grid(grid, SETTINGS)


def test_totals_that_grow_move_the_series(grid: Grid, fit: EngineFit) -> None:
    assert fit.totals is not None and fit.totals.forecast.reason is None
    assert max(max(shares) for shares in fit.totals.weights.values()) > 0.3
    alone = score_grid(grid, replace(fit, totals=None), SETTINGS).mean.sum()
    assert score_grid(grid, fit, SETTINGS).mean.sum() > 1.02 * alone


def test_every_step_of_the_way_has_its_score(fit: EngineFit) -> None:
    steps = ["naive", "seasonal_naive", "weekday_mean", "flat_level", "level", "trees", "totals", "shipped"]
    smooth = {score.method: score for score in fit.scores if score.pattern == "smooth"}
    assert set(steps) <= set(smooth)
    # the shops' totals are tried after the whole's, and may not help any more
    assert smooth["shipped"].rmsse <= smooth["totals"].rmsse
    best = min(smooth[name].rmsse for name in ("level", "trees", "level_and_trees"))
    assert smooth["shipped"].rmsse < best
    assert abs(smooth["shipped"].bias_share) < abs(smooth["level"].bias_share)


def test_the_held_out_means_are_those_with_totals(grid: Grid, fit: EngineFit) -> None:
    table = held_out_table(fit, grid)
    levels = ("mean_level", "mean_trees", "mean_level_and_trees")
    assert table.column("mean").to_numpy().sum() > max(table.column(name).to_numpy().sum() for name in levels)


def test_a_kept_fit_with_totals_scores_to_the_same_bits_two_weeks_on(fit: EngineFit) -> None:
    later = growing()
    again = unpack_fit(json.loads(json.dumps(pack_fit(fit))))
    one, other = (score_grid(later, each, SETTINGS) for each in (fit, again))
    assert np.array_equal(one.mean, other.mean)
    alone = score_grid(later, replace(fit, totals=None), SETTINGS)
    # beyond what Prophet saw, what it moved last is carried on
    moved = one.mean.sum(axis=0) / alone.mean.sum(axis=0)
    assert np.all(moved > 0.9) and np.allclose(moved[14:], moved[14], atol=1e-6)


def test_parts_of_series_moved_by_totals_add_up(grid: Grid, fit: EngineFit) -> None:
    told = replace(SETTINGS, explains=True)
    out = score_grid(grid, fit, told)
    assert np.abs(np.sum(list(out.drivers.values()), axis=0) - out.mean).max() < 1e-6


def _with_prophets(factor: np.ndarray) -> tuple[Grid, list[int], list[np.ndarray], TotalsForecast]:
    """Forecast the mean of past days from two origins, and totals that are the truth times a factor."""
    grid = growing()
    origins = [KNOWN - 56, KNOWN - 28]
    means = [np.full((N, 28), grid.units[:, o - 28 : o].mean(axis=1)[:, None]) for o in origins]
    truth = grid.units[:, origins[0] :].sum(axis=0, dtype=np.float64)[None, :] * factor
    empty = np.full((2, 56), np.nan)
    labels = {"level_total": ["all"], "level_shop": ["shop 0", "shop 1"]}
    return grid, origins, means, TotalsForecast(labels, {"level_total": truth, "level_shop": empty}, None)


def test_totals_that_are_right_count_in_full() -> None:
    grid, origins, means, forecast = _with_prophets(np.ones(56))
    weights, _, shipped = learn_totals(grid, origins, means, forecast)
    assert weights == {"level_total": (1.0, 1.0), "level_shop": (0.0, 0.0)}
    came = grid.units[:, -28:].sum(axis=0)
    assert shipped[1].sum(axis=0) == pytest.approx(came, rel=1e-5)
    assert raked(grid, means[1], forecast, weights, 28).sum(axis=0) == pytest.approx(came, rel=1e-5)


def test_totals_that_are_noise_count_for_nothing_and_the_score_shows_why() -> None:
    rng = np.random.default_rng(1)
    grid, origins, means, forecast = _with_prophets(rng.permutation(np.exp(np.linspace(-2.5, 1.2, 56))))
    weights, _, shipped = learn_totals(grid, origins, means, forecast)
    assert max(weights["level_total"]) < 0.2
    if max(weights["level_total"]) == 0:
        assert all(np.array_equal(a, b) for a, b in zip(means, shipped, strict=True))
    upside_down = replace(
        forecast, expected={**forecast.expected, "level_total": forecast.expected["level_total"] * 0.1}
    )
    weights, tried, shipped = learn_totals(grid, origins, means, upside_down)
    assert weights == {"level_total": (0.0, 0.0), "level_shop": (0.0, 0.0)}
    assert all(np.array_equal(a, b) for a, b in zip(means, shipped, strict=True))
    assert len(tried) == 2


def test_without_prophet_every_row_says_so(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prophet_totals, "prophet_missing", lambda: "Prophet can't be loaded: install it.")
    fit = fit_grid(grid, SETTINGS)
    out = score_grid(grid, fit, SETTINGS)
    assert np.isfinite(out.mean).all()
    assert all("Prophet can't be loaded: install it." in str(reason) for reason in out.reason)


def test_a_prophet_that_fails_is_a_reason(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(task: object) -> None:
        raise RuntimeError("Stan gave up")

    monkeypatch.setattr(prophet_totals, "_fit_once", broken)
    out = score_grid(grid, fit_grid(grid, SETTINGS), SETTINGS)
    assert all("Prophet failed: RuntimeError" in str(reason) for reason in out.reason)
    assert np.isfinite(out.quantiles).all()


def test_totals_too_thin_for_prophet_are_left_to_the_series() -> None:
    grid = growing()
    units = np.where(np.arange(KNOWN) % 50 == 0, 1, 0) * np.ones((N, 1))
    codes = np.arange(N)
    labels = {**grid.labels, "level_shop": codes.astype(str)}
    thin = replace(grid, units=units.astype(np.float32), margins={"level_shop": codes}, labels=labels)
    fit = fit_grid(thin, replace(SETTINGS, keeps_held_out=False))
    assert "too thin for Prophet" in str(fit.reason)
    assert fit.totals is not None and not any(map(any, fit.totals.weights.values()))
