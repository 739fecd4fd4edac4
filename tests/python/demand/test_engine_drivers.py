"""What drives a forecast: parts that add up, of the right sign and size, and nothing where nothing is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from sellthrough.demand.engine import (
    FAMILIES,
    EngineForecast,
    EngineSettings,
    Grid,
    fit_grid,
    read_grid,
    score_grid,
)

SETTINGS = EngineSettings(horizon=30, windows=(7,), rounds=100, threads=1, explains=True)
N, KNOWN, AHEAD = 80, 420, 30
FEAST, PROMOTION, MEDIA, ELASTICITY = 0.8, 0.7, 0.4, -1.5


@dataclass(frozen=True)
class Planted:
    """A grid, and the effects planted in it, shape (n, H), on the logarithm."""

    grid: Grid
    truth: dict[str, np.ndarray]
    expected: np.ndarray


@pytest.fixture(scope="module")
def planted() -> Planted:
    """Return a panel with weekends, feasts, promotions, campaigns and price cuts."""
    rng = np.random.default_rng(17)
    total = KNOWN + AHEAD
    days = [date(2024, 1, 1) + timedelta(days=t) for t in range(total)]
    weekend = np.array([day.weekday() >= 5 for day in days]) * 0.4
    feast = np.array([day.day == 17 for day in days])
    promoted = np.repeat(rng.random((N, total // 5)) < 0.12, 5, axis=1)
    campaign = np.repeat(rng.random((2, total // 10)) < 0.3, 10, axis=1)
    spend = (campaign * 200.0)[np.arange(N) % 2]
    cut = np.repeat(rng.random((N, total // 15)) < 0.15, 15, axis=1) * np.log(0.8)
    log_price = rng.normal(1.0, 0.5, N)[:, None] + cut
    truth = {
        "holiday": np.broadcast_to(FEAST * feast, (N, total)),
        "promotion": PROMOTION * promoted,
        "marketing": MEDIA * (spend > 0),
        "price": ELASTICITY * cut,
    }
    expected = (rng.gamma(2.0, 8.0, N) + 2)[:, None] * np.exp(weekend + sum(truth.values()))
    units = rng.negative_binomial(8.0, 8.0 / (8.0 + expected)).astype(float)
    names = [f"s{i:03d}" for i in range(N)]
    panel = pa.table(
        {
            "series": np.repeat(names, total),
            "ds": pa.array(days * N),
            "demand": pa.array(units.ravel(), mask=np.tile(np.arange(total) >= KNOWN, N)),
            "known_promotion_is_on": promoted.ravel().astype(float),
            "known_marketing_spend": np.log1p(spend).ravel(),
            "known_price_log": log_price.ravel(),
            "known_weather_rain": rng.random(N * total),
        }
    )
    statics = pa.table(
        {"series": names, "group": [f"g{i % 2}" for i in range(N)], "item": names, "calendar": ["all"] * N}
    )
    feasts = [day for day, is_on in zip(days, feast, strict=True) if is_on]
    events = pa.table(
        {"calendar": ["all"] * len(feasts), "ds": pa.array(feasts), "event": ["feast"] * len(feasts)}
    )
    grid = read_grid(panel, statics, events, days[KNOWN - 1], SETTINGS)
    return Planted(grid, {name: part[:, KNOWN:] for name, part in truth.items()}, expected[:, KNOWN:])


@pytest.fixture(scope="module")
def forecast(planted: Planted) -> EngineForecast:
    """Return its forecast by trees, with what drives it."""
    fit = fit_grid(planted.grid, SETTINGS)
    return score_grid(planted.grid, replace(fit, chosen=dict.fromkeys(fit.chosen, "trees")), SETTINGS)


def test_the_parts_add_up_to_the_mean(planted: Planted, forecast: EngineForecast) -> None:
    assert set(forecast.drivers) == set(FAMILIES)
    whole = np.sum(list(forecast.drivers.values()), axis=0)
    assert np.abs(whole - forecast.mean).max() < 1e-6


@pytest.mark.parametrize("family", ["promotion", "marketing", "price", "holiday"])
def test_a_planted_effect_comes_back_where_it_is_and_nowhere_else(
    planted: Planted, forecast: EngineForecast, family: str
) -> None:
    there = np.abs(planted.truth[family]) > 0
    part, mean = forecast.drivers[family], forecast.mean
    without = planted.expected * np.exp(-planted.truth[family])
    lift = (planted.expected - without)[there].sum()
    assert 0.6 * lift < part[there].sum() < 1.5 * lift
    assert (part[there] > 0).mean() > 0.9
    if family == "holiday":
        days = np.flatnonzero(there[0])
        beside = [day + shift for day in days for shift in (-2, -1, 1)]
        away = np.setdiff1d(np.arange(AHEAD), [*days, *beside])
        assert np.array_equal(part[:, away], np.zeros((N, away.size)))
    else:
        # a price that was cut for most of a quarter is the usual one
        assert (part[~there] != 0).mean() < (0.05 if family == "price" else 1e-9)
    assert np.isfinite(mean).all()


def test_seasons_come_and_go_and_rain_does_nothing(planted: Planted, forecast: EngineForecast) -> None:
    weekday = (planted.grid.periods[KNOWN:].astype(np.int64) + 3) % 7
    season = forecast.drivers["season"] / forecast.mean
    assert season[:, weekday >= 5].mean() > 0.1 > season[:, weekday < 5].mean()
    assert np.abs(forecast.drivers["weather"]).sum() < 0.03 * forecast.mean.sum()
    assert not forecast.drivers["other"].any()


@pytest.mark.parametrize("method", ["level", "level_and_trees", "weekday_mean", "seasonal_naive", "naive"])
def test_the_parts_of_every_method_add_up(planted: Planted, method: str) -> None:
    quick = replace(SETTINGS, rounds=10)
    grid = replace(planted.grid, units=np.where(np.arange(N)[:, None] == 3, 0, planted.grid.units))
    fit = fit_grid(grid, quick)
    made = score_grid(grid, replace(fit, chosen=dict.fromkeys(fit.chosen, method)), quick)
    assert made.method[0] == method
    assert np.abs(np.sum(list(made.drivers.values()), axis=0) - made.mean).max() < 1e-6
    assert all(not part[3].any() for part in made.drivers.values())
    assert all(np.isfinite(part).all() for part in made.drivers.values())


def test_without_the_wish_nothing_is_explained(planted: Planted) -> None:
    quick = replace(SETTINGS, rounds=5, explains=False)
    assert score_grid(planted.grid, fit_grid(planted.grid, quick), quick).drivers == {}


def test_what_lately_was_is_told_by_its_family_too(planted: Planted) -> None:
    """A heat that lasts lifts demand: the trees read it off the days before the origin."""
    rng = np.random.default_rng(23)
    heat = np.cumsum(rng.normal(0, 0.3, KNOWN // 15 + 1))
    heat = np.repeat(heat - heat.mean(), 15)[:KNOWN]
    units = rng.poisson(20 * np.exp(0.5 * heat), (N, KNOWN)).astype(np.float32)
    hot = np.broadcast_to(heat.astype(np.float32), (N, KNOWN))
    quick = replace(SETTINGS, rounds=30)
    for past, is_moved in (({"past_weather_heat": hot}, True), ({"past_weather_heat": 0 * hot}, False)):
        grid = replace(planted.grid, units=units, known={}, past=past)
        fit = fit_grid(grid, quick)
        made = score_grid(grid, replace(fit, chosen=dict.fromkeys(fit.chosen, "trees")), quick)
        assert made.drivers["weather"].any() == is_moved
        assert np.abs(np.sum(list(made.drivers.values()), axis=0) - made.mean).max() < 1e-6
