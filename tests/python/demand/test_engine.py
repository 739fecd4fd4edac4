"""The engine on panels whose truth is known: what it finds, what it never does, and how it falls back."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from sellthrough.demand.engine import (
    EngineForecast,
    EngineSettings,
    boosters,
    calendar_effects,
    forecast_grid,
    patterns,
    read_grid,
)
from sellthrough.demand.engine.proof import METHODS

from .engine_world import FEAST, FIRST, SETTINGS, WEEKEND, World, changed, simulated


@pytest.fixture(scope="module")
def world() -> World:
    """Return one simulated panel."""
    return simulated(3)


@pytest.fixture(scope="module")
def forecast(world: World) -> EngineForecast:
    """Return its forecast."""
    return forecast_grid(world.grid(), SETTINGS)


def test_quantiles_never_cross_and_nothing_is_negative(forecast: EngineForecast) -> None:
    assert (forecast.mean >= 0).all() and np.isfinite(forecast.mean).all()
    assert (forecast.variance >= forecast.mean - 1e-9).all()
    for laws in (forecast.quantiles, *forecast.window_quantiles.values()):
        assert (laws >= 0).all()
        assert (np.diff(laws, axis=-1) >= 0).all()


def test_a_windows_mean_is_the_sum_of_its_days(forecast: EngineForecast) -> None:
    for window, mean in forecast.window_mean.items():
        assert np.allclose(mean, forecast.mean[:, :window].sum(axis=1), rtol=0, atol=1e-9)


def test_the_forecast_is_closer_to_the_truth_than_a_planners(world: World, forecast: EngineForecast) -> None:
    truth = world.expected[:, world.known :]
    weekday = world.units[:, world.known - 56 : world.known].reshape(-1, 8, 7).mean(axis=1)
    planner = np.tile(weekday, (1, 4))
    ours, theirs = (np.sqrt(((mean - truth) ** 2).mean()) for mean in (forecast.mean, planner))
    assert ours < 0.7 * theirs


def test_the_calendar_finds_weekends_feasts_and_promotions(world: World) -> None:
    grid = world.grid()
    effects = calendar_effects(grid).total.mean(axis=0)
    weekday = (grid.periods.astype(np.int64) + 3) % 7
    plain = ~np.isin(np.arange(effects.size), grid.events[0]["feast"])
    assert effects[plain & (weekday >= 5)].mean() - effects[plain & (weekday < 5)].mean() == pytest.approx(
        WEEKEND, abs=0.1
    )
    feast = grid.events[0]["feast"]
    beside = np.array([effects[(np.arange(effects.size) % 7 == day % 7) & plain].mean() for day in feast])
    assert (effects[feast] - beside).mean() == pytest.approx(FEAST, abs=0.2)


def test_nothing_after_the_origin_matters(world: World, forecast: EngineForecast) -> None:
    demand = world.panel.column("demand").to_numpy(zero_copy_only=False).copy()
    demand[np.isnan(demand)] = 1e6
    leaked = forecast_grid(world.grid(panel=changed(world.panel, "demand", pa.array(demand))), SETTINGS)
    assert np.array_equal(leaked.mean, forecast.mean)
    assert np.array_equal(leaked.quantiles, forecast.quantiles)


def test_the_order_of_rows_and_the_number_of_threads_change_no_bit(
    world: World, forecast: EngineForecast
) -> None:
    order = np.random.default_rng(1).permutation(world.panel.num_rows)
    two = EngineSettings(horizon=28, windows=(7, 28), rounds=20, threads=2)
    again = forecast_grid(world.grid(two, world.panel.take(pa.array(order))), two)
    assert np.array_equal(again.mean, forecast.mean)
    assert np.array_equal(again.quantiles, forecast.quantiles)
    assert all(np.array_equal(again.window_quantiles[w], q) for w, q in forecast.window_quantiles.items())


def test_days_of_unknown_demand_teach_nothing(world: World, forecast: EngineForecast) -> None:
    demand = world.panel.column("demand").to_numpy(zero_copy_only=False).reshape(len(world.units), -1).copy()
    weight = np.ones_like(demand)
    # a stock-out of three weeks: what sold then says nothing
    weight[:, 190:211] = 0.0
    demand[:, 190:211] = 0.0
    panel = changed(world.panel, "demand", pa.array(demand.ravel(), from_pandas=True)).append_column(
        "weight", pa.array(weight.ravel())
    )
    out = forecast_grid(world.grid(panel=panel), SETTINGS)
    assert out.mean.sum() == pytest.approx(forecast.mean.sum(), rel=0.06)


@pytest.mark.parametrize("seed", [5, 6])
def test_laws_of_days_and_of_sums_hold_what_they_say(seed: int) -> None:
    world = simulated(seed, n=150, known=300)
    out = forecast_grid(world.grid(), SETTINGS)
    came = world.units[:, world.known :]
    levels = np.asarray(SETTINGS.levels)

    def missed(laws: np.ndarray, actual: np.ndarray) -> float:
        axes = tuple(range(actual.ndim))
        at_most, below = ((actual[..., None] <= laws).mean(axes), (actual[..., None] < laws).mean(axes))
        return float(np.maximum(levels - at_most, below - levels).max())

    assert missed(out.quantiles, came) < 0.03
    assert missed(out.window_quantiles[28], came.sum(axis=1)) < 0.1


def test_without_the_trees_the_levels_ship_and_the_row_says_why(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boosters, "trees_missing", lambda: "LightGBM is not installed: install it.")
    out = forecast_grid(world.grid(), SETTINGS)
    assert not set(out.method) & {"trees", "level_and_trees"}
    assert set(out.reason) == {"LightGBM is not installed: install it."}
    assert np.isfinite(out.quantiles).all()


def test_series_that_are_new_silent_or_short_get_a_forecast_and_a_reason(world: World) -> None:
    statics = pa.concat_tables(
        [
            world.statics,
            pa.table(
                {
                    "series": ["x_new", "x_silent"],
                    "group": ["g0", "g0"],
                    "item": ["x", "x"],
                    "calendar": ["all", "all"],
                    "static_shop": ["shop 0", "shop 0"],
                }
            ),
        ]
    )
    days = [FIRST + timedelta(days=t) for t in range(world.known)]
    silent = pa.table(
        {
            "series": ["x_silent"] * len(days),
            "ds": pa.array(days),
            "demand": np.zeros(len(days)),
            "known_promotion": np.zeros(len(days)),
        }
    )
    grid = read_grid(
        pa.concat_tables([world.panel, silent.cast(world.panel.schema)]),
        statics,
        world.events,
        world.origin,
        SETTINGS,
    )
    out = forecast_grid(grid, SETTINGS)
    new, still = (int(np.flatnonzero(grid.series == name)[0]) for name in ("x_new", "x_silent"))
    assert (out.method[new], out.reason[new]) == ("like_items", "no history")
    assert out.mean[new].sum() > 0
    assert (out.method[still], out.mean[still].sum()) == ("no_demand", 0.0)


def test_a_history_of_three_weeks_is_forecast_from_its_level() -> None:
    world = simulated(9, n=5, known=21)
    out = forecast_grid(world.grid(), SETTINGS)
    assert set(out.method) == {"level"}
    assert all("too short" in str(reason) for reason in out.reason)
    assert np.isfinite(out.quantiles).all()


def test_a_weekly_panel_is_forecast_in_weeks() -> None:
    rng = np.random.default_rng(2)
    n, known, ahead = 30, 90, 8
    weeks = [FIRST + timedelta(days=7 * t) for t in range(known)]
    level = rng.gamma(2.0, 10.0, n)
    units = rng.poisson(np.repeat(level, known)).astype(float)
    names = [f"s{i:02d}" for i in range(n)]
    panel = pa.table({"series": np.repeat(names, known), "ds": pa.array(weeks * n), "demand": units})
    statics = pa.table({"series": names, "group": ["g"] * n, "item": names, "calendar": [""] * n})
    none = pa.table(
        {
            "calendar": pa.array([], pa.string()),
            "ds": pa.array([], pa.date32()),
            "event": pa.array([], pa.string()),
        }
    )
    settings = EngineSettings(horizon=ahead, period_days=7, windows=(4, 8), rounds=10, threads=1)
    out = forecast_grid(read_grid(panel, statics, none, weeks[-1], settings), settings)
    assert out.mean.shape == (n, ahead)
    assert out.mean.mean(axis=1) == pytest.approx(level, rel=0.35)


def test_the_past_is_chosen_on_what_came_after_it(forecast: EngineForecast) -> None:
    for pattern in patterns.PATTERNS:
        of_menu = [score for score in forecast.scores if score.method in METHODS and score.n_series >= 10]
        of_pattern = [score for score in of_menu if score.pattern == pattern]
        chosen = [score for score in of_pattern if score.is_chosen]
        assert all(best.rmsse == min(score.rmsse for score in of_pattern) for best in chosen)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda w: (w.panel.drop_columns(["ds"]), w.statics), "Column ds is missing from the panel"),
        (lambda w: (w.panel, w.statics.slice(1)), "is not in the statics"),
        (
            lambda w: (w.panel, pa.concat_tables([w.statics, w.statics.slice(0, 1)])),
            "give one row per series",
        ),
    ],
)
def test_a_wrong_table_is_refused_in_one_sentence(world: World, spoil: object, words: str) -> None:
    panel, statics = spoil(world)  # type: ignore[operator]
    with pytest.raises(ValueError, match=words):
        read_grid(panel, statics, world.events, world.origin, SETTINGS)


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"horizon": 0}, "horizon is 0"),
        ({"windows": (40,)}, "Window 40"),
        ({"period_days": 2}, "period_days is 2"),
        ({"levels": (0.5, 0.4)}, "ascending"),
    ],
)
def test_impossible_settings_are_refused(knobs: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        EngineSettings(**knobs)  # type: ignore[arg-type]
