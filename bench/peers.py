"""What others make of the M5's series: `python -m bench.peers --data DIR --origin 2016-03-27`.

Rules of thumb, statsforecast's methods and mlforecast's LightGBM with its defaults forecast every series;
AutoETS and Prophet take too long for that and forecast a sample, with what all series would take. The
engine stands beside them, in the same run and by the same score (`bench.m5_score`). LightGBM and the engine
run on two threads, the others on one: the seconds of the processor, over all threads, compare them.
mlforecast comes with `make bench`; without it the table says so in its row.
"""

from __future__ import annotations

__all__ = ["main", "seasonal_naive", "weekday_mean"]

import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.command_line import Clock, command_line, peak_gigabytes
from bench.m5 import actual_units, read_panel
from bench.m5_score import LEVELS, QUANTILES, score_means
from sellthrough.demand.engine import EngineSettings, Grid, forecast_grid, read_grid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Makers = dict[str, Callable[[], Floats]]

_SEASON, _WEEKS = 7, 8
_TSB_SMOOTHING = 0.1
# Every series gets at least so much history, zeros before its first sale if need be.
_LEAST_DAYS = 2 * _SEASON


def seasonal_naive(history: Floats, ahead: int, season: int = _SEASON) -> Floats:
    """Repeat the last season.

    Parameters
    ----------
    history
        Units, shape (n, T).
    ahead
        Periods to forecast.
    season
        Periods of a season.

    Returns
    -------
    numpy.ndarray
        Shape (n, ahead).

    Examples
    --------
    >>> seasonal_naive(np.array([[9.0, 1.0, 2.0]]), 3, season=2).tolist()
    [[1.0, 2.0, 1.0]]
    """
    return np.tile(history[:, -season:], (1, -(-ahead // season)))[:, :ahead]


def weekday_mean(history: Floats, ahead: int, weeks: int = _WEEKS, season: int = _SEASON) -> Floats:
    """Average each weekday over the last weeks.

    Parameters
    ----------
    history
        Units, shape (n, T), T of at least `weeks` seasons.
    ahead
        Periods to forecast.
    weeks
        Seasons to average over.
    season
        Periods of a season.

    Returns
    -------
    numpy.ndarray
        Shape (n, ahead).

    Examples
    --------
    >>> weekday_mean(np.array([[9.0, 1.0, 2.0, 3.0, 6.0]]), 3, weeks=2, season=2).tolist()
    [[2.0, 4.0, 2.0]]
    """
    mean = history[:, -weeks * season :].reshape(history.shape[0], weeks, season).mean(axis=1)
    return seasonal_naive(mean, ahead, season)


def _first_days(grid: Grid) -> Ints:
    return np.minimum(grid.start, grid.n_known - _LEAST_DAYS)


def _with_statsforecast(model: Any, grid: Grid, rows: Ints) -> Floats:
    """One model on each series from its first sale on."""
    from statsforecast.core import GroupedArray

    inside = np.arange(grid.n_known)[None, :] >= _first_days(grid)[rows, None]
    ends = np.concatenate([[0], np.cumsum(inside.sum(axis=1))]).astype(np.int32)
    series = GroupedArray(grid.units[rows][inside].astype(np.float32), ends)
    found = series.forecast(models=[model], h=grid.ahead)["forecasts"]
    return np.asarray(found, dtype=np.float64).reshape(rows.size, grid.ahead)


def _with_lightgbm(grid: Grid) -> Floats:
    """LightGBM as mlforecast's first pages have it: lags, rolling means and the date, default parameters."""
    import lightgbm
    import pandas as pd
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean

    row, day = np.nonzero(np.arange(grid.n_known)[None, :] >= _first_days(grid)[:, None])
    frame = pd.DataFrame(
        {
            "unique_id": row,
            "ds": grid.periods[day].astype("datetime64[ns]"),
            "y": grid.units[row, day].astype(np.float32),
        }
    )
    del row, day
    model = MLForecast(
        models={"lightgbm": lightgbm.LGBMRegressor(verbosity=-1, n_jobs=2)},
        freq="D",
        lags=[7, 14, 21, 28],
        lag_transforms={7: [RollingMean(window_size=7), RollingMean(window_size=28)]},
        date_features=["dayofweek", "day", "month"],
        num_threads=2,
    )
    with warnings.catch_warnings():
        # says at every step that young series lack the longer lags
        warnings.simplefilter("ignore", UserWarning)
        model.fit(frame, static_features=[])
        found = model.predict(grid.ahead).sort_values(["unique_id", "ds"])
    return np.asarray(found["lightgbm"], dtype=np.float64).reshape(grid.n_series, grid.ahead)


def _with_prophet(grid: Grid, rows: Ints) -> Floats:
    import pandas as pd
    from prophet import Prophet

    # cmdstanpy sets its own level when it is imported
    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    days = grid.periods.astype("datetime64[ns]")
    out = np.zeros((rows.size, grid.ahead))
    for number, (row, first) in enumerate(zip(rows, _first_days(grid)[rows], strict=True)):
        past: Any = pd.DataFrame(
            {"ds": days[first : grid.n_known], "y": grid.units[row, first:].astype(np.float64)}
        )
        model: Any = Prophet(uncertainty_samples=0)
        model.fit(past)
        out[number] = model.predict(pd.DataFrame({"ds": days[grid.n_known :]}))["yhat"].to_numpy()
    return out


def _for_every_series(grid: Grid, settings: EngineSettings, history: Floats) -> Makers:
    from statsforecast import models

    every = np.arange(grid.n_series)
    of_statsforecast = {
        "SES": models.SimpleExponentialSmoothingOptimized(),
        "seasonal ES": models.SeasonalExponentialSmoothingOptimized(season_length=_SEASON),
        "ADIDA": models.ADIDA(),
        "SBA": models.CrostonSBA(),
        "TSB": models.TSB(alpha_d=_TSB_SMOOTHING, alpha_p=_TSB_SMOOTHING),
    }

    def forecast_of(model: Any) -> Callable[[], Floats]:
        # compiled before the clock starts
        _with_statsforecast(model, grid, every[:2])
        return lambda: _with_statsforecast(model, grid, every)

    return {
        "seasonal naive": lambda: seasonal_naive(history, grid.ahead),
        "8-week weekday mean": lambda: weekday_mean(history, grid.ahead),
        **{name: forecast_of(model) for name, model in of_statsforecast.items()},
        "mlforecast LightGBM": lambda: _with_lightgbm(grid),
        "Sellthrough": lambda: forecast_grid(grid, settings).mean,
    }


def _for_a_sample(grid: Grid, sample: Ints) -> Makers:
    from statsforecast.models import AutoETS

    model = AutoETS(season_length=_SEASON)
    # compiled and imported before the clock starts
    _with_statsforecast(model, grid, sample[:1])
    _with_prophet(grid, sample[:1])
    return {
        "AutoETS": lambda: _with_statsforecast(model, grid, sample),
        "Prophet": lambda: _with_prophet(grid, sample),
    }


def _names(grid: Grid) -> tuple[NDArray[Any], NDArray[Any]]:
    """Items and stores of the series."""
    names = [str(name).split("|") for name in grid.series]
    return np.array([name[0] for name in names]), np.array([name[1] for name in names])


def _score_every(makers: Makers, grid: Grid, came: Floats, history: Floats) -> Mapping[str, Floats]:
    items, stores = _names(grid)
    means: dict[str, Floats] = {}
    print(f"{'every series':<22}{'L12':>8}{'mean of 12':>12}{'seconds':>10}{'processor':>11}", flush=True)
    for name, make in makers.items():
        clock = Clock()
        try:
            mean = make()
        except ImportError as error:
            print(f"{name:<22}{error}: `make bench` installs it", flush=True)
            continue
        seconds, processor = clock.seconds, clock.processor_seconds
        means[name] = np.maximum(np.nan_to_num(mean), 0.0)
        levels = score_means(items, stores, history, came, means[name])
        print(
            f"{name:<22}{levels[LEVELS[-1]]:8.3f}{np.mean(list(levels.values())):12.3f}"
            f"{seconds:10.1f}{processor:11.1f}",
            flush=True,
        )
    return means


def _score_sample(
    makers: Makers, sample: Ints, grid: Grid, came: Floats, history: Floats, means: Mapping[str, Floats]
) -> None:
    items, stores = _names(grid)

    def reached(mean: Floats) -> float:
        levels = score_means(items[sample], stores[sample], history[sample], came[sample], mean)
        return levels[LEVELS[-1]]

    print(f"\n{f'{sample.size} series':<22}{'L12':>8}{'seconds':>12}{'all would take':>17}", flush=True)
    for name, make in makers.items():
        clock = Clock()
        mean = np.maximum(np.nan_to_num(make()), 0.0)
        seconds = clock.seconds
        hours = seconds * grid.n_series / sample.size / 3600
        print(f"{name:<22}{reached(mean):8.3f}{seconds:12.1f}{hours:15.1f} h", flush=True)
    for name, mean in means.items():
        print(f"{name:<22}{reached(mean[sample]):8.3f}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The arguments, those of the process by default.

    Returns
    -------
    int
        0.
    """
    parser = command_line("peers", __doc__, "the M5 files")
    parser.add_argument("--origin", type=date.fromisoformat, default=date(2016, 3, 27), help="last known day")
    parser.add_argument("--horizon", type=int, default=28, help="days to forecast")
    parser.add_argument("--sample", type=int, default=200, help="series for AutoETS and Prophet, or 0")
    options = parser.parse_args(arguments)
    clock = Clock()
    settings = EngineSettings(horizon=options.horizon, levels=QUANTILES)
    tables = read_panel(options.data, options.origin, options.horizon)
    if tables.actual.num_rows == 0:
        parser.error(f"there are no sales after {options.origin} to score against: give an earlier --origin")
    grid = read_grid(tables.panel, tables.statics, tables.events, options.origin, settings)
    came, history = actual_units(grid, tables.actual), grid.units.astype(np.float64)
    del tables
    means = _score_every(_for_every_series(grid, settings, history), grid, came, history)
    size = min(options.sample, grid.n_series)
    if size > 0:
        sample = np.sort(np.random.default_rng(settings.seed).choice(grid.n_series, size, replace=False))
        _score_sample(_for_a_sample(grid, sample), sample, grid, came, history, means)
    print(
        f"\n{grid.n_series:,} series, {options.horizon} days from {options.origin}: "
        f"{clock.seconds:.0f} s, peak {peak_gigabytes():.1f} GB"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
