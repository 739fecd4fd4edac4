"""The engine on histories of weeks: what is proven on them, and what they are too short to teach."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from sellthrough.demand.engine import EngineSettings, Grid, calendar_effects, forecast_grid, read_grid

FIRST = date(2024, 1, 1)
SETTINGS = EngineSettings(horizon=7, rounds=10)
N_SERIES = 60


def panel_of(units: np.ndarray) -> Grid:
    """Lay out units of shape (n, T) from `FIRST` on, all series in one group."""
    n, known = units.shape
    days = np.array([FIRST + timedelta(days=t) for t in range(known)], dtype="datetime64[D]")
    names = pa.array([f"s{k:03}" for k in range(n)])
    panel = pa.table(
        {
            "series": names.take(pa.array(np.repeat(np.arange(n), known))),
            "ds": pa.array(np.tile(days, n)),
            "demand": units.ravel().astype(float),
        }
    )
    one = pa.array(["all"] * n)
    statics = pa.table({"series": names, "group": one, "item": names, "calendar": one})
    events = pa.table(
        {
            "calendar": pa.array([], pa.string()),
            "ds": pa.array([], pa.date32()),
            "event": pa.array([], pa.string()),
        }
    )
    return read_grid(panel, statics, events, FIRST + timedelta(days=known - 1), SETTINGS)


@pytest.mark.parametrize("weeks", [8, 12])
def test_a_short_history_is_proven_a_horizon_at_a_time(weeks: int) -> None:
    rng = np.random.default_rng(3)
    level = rng.gamma(2.0, 3.0, N_SERIES)
    forecast = forecast_grid(panel_of(rng.poisson(level[:, None], (N_SERIES, 7 * weeks))), SETTINGS)
    assert forecast.scores
    assert {score.method for score in forecast.scores} >= {"level", "weekday_mean", "seasonal_naive"}
    assert forecast.mean.sum() == pytest.approx(7 * level.sum(), rel=0.1)


def test_a_history_without_a_week_to_spare_is_not_proven() -> None:
    units = np.random.default_rng(3).poisson(4.0, (N_SERIES, 55))
    forecast = forecast_grid(panel_of(units), SETTINGS)
    assert forecast.scores == []
    assert all(forecast.reason)


def test_two_months_say_nothing_of_days_of_the_month() -> None:
    # a rise within each of two months, as a trend or chance makes it
    day = np.array([(FIRST + timedelta(days=t)).day for t in range(60)])
    effects = calendar_effects(panel_of(np.tile(200 + 10 * day, (N_SERIES, 1)))).total[0]
    first, second = effects[: 4 * 7].reshape(4, 7), effects[4 * 7 : 8 * 7].reshape(4, 7)
    assert np.abs(first - first[0]).max() < 1e-6
    assert np.abs(second - first).max() < 1e-6
