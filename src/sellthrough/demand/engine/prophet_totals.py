"""Prophet on the totals of a grid's margins, in worker processes (Taylor and Letham, 2018)."""

__all__ = ["TotalsForecast", "forecast_totals", "prophet_missing"]

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .origin_features import OriginView
from .settings import EngineSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MIN_DAYS, _MIN_SELLING, _MIN_UNITS = 56, 8, 60.0
_YEARLY_FROM_DAYS = 548
_MOST_TIMES_HIGHEST = 3.0
# Less of a total than this known, and the day tells nothing of it.
_LEAST_COVERED = 0.3
# Tighter than Prophet's 0.05: totals of a shop's category bend less than its default allows.
_TREND_PRIOR_SCALE = 0.01
_CALIBRATION_STEPS = 8
_SLOPE_RANGE = (0.8, 1.8)


@dataclass(frozen=True)
class TotalsForecast:
    """Expected totals after one origin.

    Attributes
    ----------
    labels
        Members of each margin, by its name.
    expected
        By margin, shape (members, ahead), units; NaN for a member without a forecast.
    reason
        Why no member has one, if so.
    """

    labels: dict[str, list[str]]
    expected: dict[str, Floats]
    reason: str | None


@dataclass(frozen=True)
class _Task:
    """What one fit needs; plain arrays, so that it travels to a worker cheaply."""

    totals: Floats
    days: NDArray[np.datetime64]
    drivers: Floats
    event_days: NDArray[np.datetime64]
    event_names: list[str]
    period_days: int
    seed: int


def prophet_missing() -> str | None:
    """Return why Prophet can't be used here, or None if it can."""
    try:
        _silence()
    except (ImportError, OSError) as error:
        return f"Prophet can't be loaded ({error}): install it with pip."
    return None


def forecast_totals(grid: Grid, view: OriginView, settings: EngineSettings) -> TotalsForecast:
    """Forecast the total of every member of every margin from a view's origin.

    Units that are unknown on a day are made up for by the known series of the same total.

    Parameters
    ----------
    grid
        The view's grid.
    view
        What is known at the origin.
    settings
        Seed and threads. The results are the same to the bit.

    Returns
    -------
    TotalsForecast
        A failure is a reason, not an exception.
    """
    labels = {name: [str(label) for label in grid.labels[name]] for name in grid.margins}
    missing = prophet_missing()
    if missing is not None:
        empty = {name: np.full((len(members), grid.ahead), np.nan) for name, members in labels.items()}
        return TotalsForecast(labels, empty, missing)
    tasks = [
        _task(grid, view, codes == code, settings)
        for name, codes in grid.margins.items()
        for code in range(len(labels[name]))
    ]
    made = _all_fits(tasks, settings.threads)
    expected, at, reasons = {}, 0, [reason for _, reason in made]
    for name, members in labels.items():
        expected[name] = np.stack([total for total, _ in made[at : at + len(members)]])
        at += len(members)
    return TotalsForecast(labels, expected, None if None in reasons or not reasons else reasons[0])


def _task(grid: Grid, view: OriginView, inside: NDArray[np.bool_], settings: EngineSettings) -> _Task:
    rows, known = np.flatnonzero(inside), grid.n_known
    weight, level = grid.weight[rows], view.level[rows, None]
    began = np.arange(known)[None, :] >= grid.start[rows, None]
    whole = (level * began).sum(axis=0)
    covered = np.divide((level * weight).sum(axis=0), whole, out=np.zeros(known), where=whole > 0)
    told = (grid.units[rows] * weight).sum(axis=0, dtype=np.float64)
    totals = np.divide(told, covered, out=np.full(known, np.nan), where=covered >= _LEAST_COVERED)
    drivers = [values[rows].mean(axis=0, dtype=np.float64) for values in grid.known.values()]
    calendar = int(np.bincount(grid.calendar[rows]).argmax())
    events = [(int(at), name) for name, periods in grid.events[calendar].items() for at in periods]
    events = [(at, name) for at, name in events if at < grid.periods.size]
    return _Task(
        totals=totals,
        days=grid.periods,
        drivers=np.stack(drivers) if drivers else np.zeros((0, grid.periods.size)),
        event_days=grid.periods[np.array([at for at, _ in events], dtype=np.int64)],
        event_names=[name for _, name in events],
        period_days=grid.period_days,
        seed=settings.seed,
    )


def _all_fits(tasks: list[_Task], workers: int) -> list[tuple[Floats, str | None]]:
    # Stan runs in processes of its own, so that threads are enough
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(_fit, tasks))


def _fit(task: _Task) -> tuple[Floats, str | None]:
    """Return the total ahead, or NaN with the reason."""
    none = np.full(task.days.size - task.totals.size, np.nan)
    reason = _too_thin(task)
    if reason is not None:
        return none, reason
    _silence()
    try:
        return _fit_once(task), None
    except (RuntimeError, ValueError, OSError) as error:
        return none, f"Prophet failed: {type(error).__name__}"


def _too_thin(task: _Task) -> str | None:
    units = np.nan_to_num(task.totals)
    selling = np.flatnonzero(units > 0)
    days = (units.size - selling[0]) * task.period_days if selling.size else 0
    if days < _MIN_DAYS or selling.size < _MIN_SELLING or units.sum() < _MIN_UNITS:
        return f"totals too thin for Prophet: {selling.size} selling periods, {units.sum():.0f} units"
    return None


def _silence() -> None:
    """Stop Stan's progress lines and Prophet's remarks on packages it can do without."""
    names = ("prophet", "prophet.plot", "cmdstanpy")

    def mute() -> None:
        for name in names:
            logger = logging.getLogger(name)
            logger.handlers = [logging.NullHandler()]
            logger.setLevel(logging.CRITICAL)
            logger.propagate = False

    mute()
    import prophet  # noqa: F401

    # cmdstanpy sets its own level when Prophet imports it
    mute()


def _fit_once(task: _Task) -> Floats:
    """Fit the logarithm of 1 + units, so that seasons, events and drivers multiply."""
    import pandas as pd
    from prophet import Prophet

    known = task.totals.size
    first = int(np.argmax(np.nan_to_num(task.totals) > 0))
    length = known - first
    frame: Any = pd.DataFrame({"ds": task.days[first:].astype("datetime64[ns]")})
    for index, values in enumerate(task.drivers):
        frame[f"driver_{index}"] = values[first:]
    past_events = (task.event_days >= task.days[first]) & (task.event_days < task.days[known - 1])
    seen = {name for name, is_past in zip(task.event_names, past_events, strict=True) if is_past}
    listed = np.array([name in seen for name in task.event_names], dtype=bool)
    holidays: Any = None
    if listed.any():
        names = [name for name in task.event_names if name in seen]
        holidays = pd.DataFrame({"holiday": names, "ds": task.event_days[listed].astype("datetime64[ns]")})
    has_year = length * task.period_days >= _YEARLY_FROM_DAYS
    model: Any = Prophet(
        # Without a full year a trend is as likely the season going up or down: levels come from the series.
        growth="linear" if has_year else "flat",
        yearly_seasonality=10 if has_year else False,
        weekly_seasonality=3 if task.period_days == 1 else False,
        daily_seasonality=False,
        holidays=holidays,
        holidays_prior_scale=1.0,
        changepoint_prior_scale=_TREND_PRIOR_SCALE,
        uncertainty_samples=0,
    )
    for name in frame.columns[1:]:
        # a driver that never moved teaches nothing, and a rare one must not run wild
        if frame[name].iloc[:length].std() > 1e-9:
            model.add_regressor(name, prior_scale=1.0)
    totals = task.totals[first:]
    model.fit(frame.iloc[:length].assign(y=np.log1p(totals)), seed=task.seed)
    with np.errstate(over="ignore"):
        expected = np.maximum(np.expm1(model.predict(frame)["yhat"].to_numpy(dtype=np.float64)), 0.0)
    if not np.isfinite(expected).all() or expected[:length].sum() <= 0:
        raise ValueError("Prophet's forecast is not finite.")
    ahead = _calibrated(expected, totals)[length:]
    # a driver far beyond experience must not multiply without end
    return np.asarray(np.minimum(ahead, _MOST_TIMES_HIGHEST * np.nanmax(totals)))


def _calibrated(expected: Floats, totals: Floats) -> Floats:
    """Undo what log(1 + units) does to means: it lowers them, and flattens the seasons of small totals.

    The totals are regressed on the logarithm of their expectation as Poisson counts, which finds
    the intercept and slope (1 if nothing was flattened) at which sums agree over the fitted days
    and between its high and low ones. Newton's steps solve it.
    """
    told = np.flatnonzero(np.isfinite(totals))
    x = np.log(np.maximum(expected, 0.01 * expected[: totals.size].mean()))
    x = x - x[told].mean()
    past, units = x[told], totals[told]
    level, slope = np.log(units.mean()), 1.0
    for _ in range(_CALIBRATION_STEPS):
        mean = np.exp(level + slope * past)
        error, spread = units - mean, mean * past
        matrix = np.array([[mean.sum(), spread.sum()], [spread.sum(), (spread * past).sum()]])
        if np.linalg.det(matrix) <= 1e-9 * matrix[0, 0] ** 2:
            break
        step = np.linalg.solve(matrix, np.array([error.sum(), (error * past).sum()]))
        level, slope = level + np.clip(step[0], -1, 1), slope + np.clip(step[1], -0.5, 0.5)
    shape = np.exp(float(np.clip(slope, *_SLOPE_RANGE)) * x)
    return np.asarray(shape * (units.sum() / shape[told].sum()))
