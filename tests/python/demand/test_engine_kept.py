"""A fit that is kept: the same bits from its texts, refused when damaged, replaced when it is due."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from sellthrough.demand.engine import (
    EngineFit,
    EngineForecast,
    fit_grid,
    forecast_grid,
    pack_fit,
    refit_reason,
    score_grid,
    unpack_fit,
)

from .engine_world import SETTINGS, World, changed, simulated

EARLIER = 14


@pytest.fixture(scope="module")
def world() -> World:
    """Return one simulated panel."""
    return simulated(11, n=60, known=260)


@pytest.fixture(scope="module")
def fit(world: World) -> EngineFit:
    """Return what was learnt two weeks before the last known day."""
    return fit_grid(world.grid(earlier=EARLIER), SETTINGS)


def assert_same(one: EngineForecast, other: EngineForecast) -> None:
    assert np.array_equal(one.mean, other.mean)
    assert np.array_equal(one.variance, other.variance)
    assert np.array_equal(one.quantiles, other.quantiles)
    for window, quantiles in one.window_quantiles.items():
        assert np.array_equal(quantiles, other.window_quantiles[window])
    assert (one.method, one.reason) == (other.method, other.reason)


def test_a_fit_read_from_its_texts_scores_to_the_same_bits(world: World, fit: EngineFit) -> None:
    again = unpack_fit(json.loads(json.dumps(pack_fit(fit))))
    assert pack_fit(again) == pack_fit(fit)
    grid = world.grid()
    assert_same(score_grid(grid, again, SETTINGS), score_grid(grid, fit, SETTINGS))


def test_the_number_of_threads_changes_no_character(world: World, fit: EngineFit) -> None:
    two = replace(SETTINGS, threads=2)
    assert pack_fit(fit_grid(world.grid(two, earlier=EARLIER), two)) == pack_fit(fit)


def test_fitting_and_scoring_are_the_forecast(world: World) -> None:
    grid = world.grid()
    assert_same(score_grid(grid, fit_grid(grid, SETTINGS), SETTINGS), forecast_grid(grid, SETTINGS))


def test_a_kept_fit_follows_new_levels(world: World, fit: EngineFit) -> None:
    demand = world.panel.column("demand").to_numpy(zero_copy_only=False).reshape(len(world.units), -1).copy()
    demand[:, world.known - EARLIER : world.known] *= 2
    raised = world.grid(panel=changed(world.panel, "demand", pa.array(demand.ravel(), from_pandas=True)))
    low, high = (score_grid(grid, fit, SETTINGS).mean.sum() for grid in (world.grid(), raised))
    assert high > 1.2 * low


def test_a_shop_that_the_fit_never_saw_changes_no_other_series(world: World, fit: EngineFit) -> None:
    # its name sorts first, so that every code moves
    shop = world.statics.column("static_shop").to_pylist()
    shop[-1] = "a new shop"
    opened = replace(world, statics=changed(world.statics, "static_shop", pa.array(shop)))
    before, after = (score_grid(each.grid(), fit, SETTINGS).mean for each in (world, opened))
    assert np.allclose(after[:-1], before[:-1], rtol=0.02)
    assert np.isfinite(after).all()


def _foreign(parts: dict[str, str]) -> dict[str, str]:
    return {"fit.json": '{"name": "something else"}'}


def _other_digit(parts: dict[str, str]) -> dict[str, str]:
    text = parts["trees.txt"]
    at = text.index("leaf_value=") + 14
    return parts | {"trees.txt": text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]}


@pytest.mark.parametrize(
    "damage",
    [
        _foreign,
        _other_digit,
        lambda parts: {},
        lambda parts: {name: text for name, text in parts.items() if name != "trees.txt"},
        lambda parts: parts | {"fit.json": parts["fit.json"][:-40]},
        lambda parts: parts | {"fit.json": "[]"},
        lambda parts: parts | {"fit.json": parts["fit.json"].replace('"format": 1', '"format": 99')},
        lambda parts: parts | {"fit.json": parts["fit.json"].replace("level", "other")},
    ],
)
def test_a_damaged_fit_is_refused_in_one_sentence(
    fit: EngineFit, damage: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    with pytest.raises(ValueError, match=r"The kept fit can't be read .*: drop it and fit anew\."):
        unpack_fit(damage(pack_fit(fit)))


def test_a_fit_of_other_columns_is_not_used(world: World, fit: EngineFit) -> None:
    grid = world.grid()
    other = replace(grid, known={})
    with pytest.raises(ValueError, match="made with other columns or settings"):
        score_grid(other, fit, SETTINGS)
    assert refit_reason(other, fit, SETTINGS, 90) == "columns or settings changed"


def test_a_fit_holds_until_it_is_missing_old_foreign_or_of_the_future(world: World, fit: EngineFit) -> None:
    grid = world.grid()
    assert refit_reason(grid, fit, SETTINGS, 90) is None
    assert refit_reason(grid, fit, replace(SETTINGS, threads=2), 90) is None
    assert refit_reason(grid, None, SETTINGS, 90) == "no fit is kept"
    assert "14 days are over" in str(refit_reason(grid, fit, SETTINGS, EARLIER))
    assert refit_reason(grid, fit, replace(SETTINGS, rounds=21), 90) == "columns or settings changed"
    assert "of a later day" in str(refit_reason(world.grid(earlier=EARLIER + 1), fit, SETTINGS, 90))


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_demand_far_off_the_kept_forecast_calls_for_a_new_fit(
    world: World, fit: EngineFit, factor: float
) -> None:
    demand = world.panel.column("demand").to_numpy(zero_copy_only=False).reshape(len(world.units), -1).copy()
    spoilt = demand.copy()
    spoilt[:, world.known - EARLIER : world.known] *= factor
    grid = world.grid(panel=changed(world.panel, "demand", pa.array(spoilt.ravel(), from_pandas=True)))
    assert "demand drifted: the total was" in str(refit_reason(grid, fit, SETTINGS, 90))
    # one group alone, of every second series
    spoilt = demand.copy()
    spoilt[::2, world.known - EARLIER : world.known] *= factor
    spoilt[1::2, world.known - EARLIER : world.known] *= max(1.9 - factor, 0.0)
    grid = world.grid(panel=changed(world.panel, "demand", pa.array(spoilt.ravel(), from_pandas=True)))
    assert "demand drifted" in str(refit_reason(grid, fit, SETTINGS, 90))


def test_six_days_are_too_few_to_speak_of_drift(world: World) -> None:
    fit = fit_grid(world.grid(earlier=6), SETTINGS)
    demand = world.panel.column("demand").to_numpy(zero_copy_only=False).reshape(len(world.units), -1).copy()
    demand[:, world.known - 6 : world.known] *= 5
    grid = world.grid(panel=changed(world.panel, "demand", pa.array(demand.ravel(), from_pandas=True)))
    assert refit_reason(grid, fit, SETTINGS, 90) is None
