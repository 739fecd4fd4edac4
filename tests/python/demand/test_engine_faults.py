"""Whatever a panel holds, every series gets a finite forecast, and a reason where it got less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from sellthrough.demand.engine import EngineForecast, boosters, fit_grid, forecast_grid, score_grid

from .engine_world import SETTINGS, World, changed, simulated

KNOWN = 200
SPOILT = {
    "nan": 0,
    "infinite": 1,
    "negative": 2,
    "huge": 3,
    "constant": 4,
    "a single day": 5,
    "never in stock": 6,
    "ended out of stock": 7,
    "one day sold, then nothing": 8,
    "drivers that are no numbers": 9,
}


@pytest.fixture(scope="module")
def world() -> World:
    """Return one simulated panel."""
    return simulated(13, n=30, known=KNOWN)


def spoilt(world: World) -> World:
    """Break one series in each of the ways."""
    shape = (len(world.units), -1)
    demand = world.panel.column("demand").to_numpy(zero_copy_only=False).reshape(shape).copy()
    promotion = world.panel.column("known_promotion").to_numpy().reshape(shape).copy()
    weight = np.ones_like(demand)
    demand[0] = np.nan
    demand[1, ::3] = np.inf
    demand[2, ::2] = -5
    demand[3, 50], demand[3, 60] = 1e300, 1e30
    demand[4, :KNOWN] = 7
    demand[5, : KNOWN - 1] = np.nan
    weight[6] = 0
    weight[7, KNOWN - 60 :] = 0
    demand[7, KNOWN - 60 :] = 0
    demand[8, :KNOWN] = 0
    demand[8, 10] = 4
    promotion[9] = np.where(np.arange(promotion.shape[1]) % 2, np.inf, np.nan)
    panel = changed(world.panel, "demand", pa.array(demand.ravel()))
    panel = changed(panel, "known_promotion", pa.array(promotion.ravel()))
    return replace(world, panel=panel.append_column("weight", pa.array(weight.ravel())))


def assert_sound(out: EngineForecast) -> None:
    laws = (out.quantiles, *out.window_quantiles.values())
    assert all(np.isfinite(law).all() and (law >= 0).all() and (np.diff(law) >= 0).all() for law in laws)
    assert np.isfinite(out.mean).all() and (out.mean >= 0).all()
    assert np.isfinite(out.variance).all()
    assert all(out.method)


def test_broken_series_break_nothing(world: World) -> None:
    broken = spoilt(world)
    out, sound = (forecast_grid(each.grid(), SETTINGS) for each in (broken, world))
    assert_sound(out)
    others = slice(len(SPOILT), None)
    assert out.mean[others].sum() == pytest.approx(sound.mean[others].sum(), rel=0.1)
    assert (out.method[SPOILT["never in stock"]], out.reason[SPOILT["never in stock"]]) == (
        "like_items",
        "demand was never known",
    )
    assert out.reason[SPOILT["nan"]] == "demand was never known"
    assert np.median(out.mean[SPOILT["constant"]]) == pytest.approx(7, rel=0.3)
    # the level of what ran out is that of the days in stock
    ended = SPOILT["ended out of stock"]
    assert out.mean[ended].sum() == pytest.approx(sound.mean[ended].sum(), rel=0.4)


@pytest.mark.parametrize("n", [1, 2])
def test_a_panel_of_one_or_two_series_is_forecast(n: int) -> None:
    assert_sound(forecast_grid(simulated(1, n=n, known=150).grid(), SETTINGS))


@pytest.mark.parametrize("known", [1, 2, 8, 30, 100])
def test_a_panel_of_few_days_is_forecast_with_a_reason(known: int) -> None:
    out = forecast_grid(simulated(1, n=8, known=known).grid(), SETTINGS)
    assert_sound(out)
    assert all(out.reason)


def test_trees_that_cannot_be_loaded_any_more_are_done_without(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = world.grid()
    fit = fit_grid(grid, SETTINGS)
    fit = replace(fit, chosen=dict.fromkeys(fit.chosen, "trees"))
    monkeypatch.setattr(boosters, "trees_missing", lambda: "LightGBM's library can't be loaded.")
    out = score_grid(grid, fit, SETTINGS)
    assert_sound(out)
    assert set(out.method) == {"level"}
    assert set(out.reason) == {"LightGBM's library can't be loaded."}
