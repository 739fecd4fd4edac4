"""Prophet on daily totals by category and channel, in worker processes."""

__all__ = ["AggregateFit", "AggregateTask", "fit_aggregate", "fit_aggregates"]

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MIN_DAYS = 56
_MIN_SELLING_DAYS = 28
_MIN_UNITS = 60.0
_YEARLY_FROM_DAYS = 548
_MOST_TIMES_HIGHEST = 3.0
_CALIBRATION_STEPS = 8
_SLOPE_RANGE = (0.8, 1.8)
# Tighter than Prophet's 0.05: totals of a shop's category bend less than its default allows.
_TREND_PRIOR_SCALE = 0.01


@dataclass(frozen=True)
class AggregateTask:
    """What one fit needs; plain arrays, so that it travels to a worker cheaply.

    Attributes
    ----------
    totals
        Units by day up to the last origin, shape (T,).
    days
        The days of `totals` and of the horizon, shape (T + horizon,), datetime64[D].
    promotion_rate, spend_amount
        Drivers on the same days.
    holiday_days, holiday_names
        Holidays within these days.
    origins
        For each fit the number of days known, and the number of days to forecast.
    seed
        Seed of the optimiser.
    """

    totals: Floats
    days: NDArray[np.datetime64]
    promotion_rate: Floats
    spend_amount: Floats
    holiday_days: NDArray[np.datetime64]
    holiday_names: list[str]
    origins: list[tuple[int, int]]
    seed: int


@dataclass(frozen=True)
class AggregateFit:
    """Expected total on past and future days, shape (known + ahead,), or the reason why there is none."""

    expected: Floats | None
    reason: str | None


def _too_thin(totals: Floats) -> str | None:
    first = int(np.argmax(totals > 0)) if (totals > 0).any() else totals.size
    days, selling, units = totals.size - first, int((totals > 0).sum()), float(totals.sum())
    if days < _MIN_DAYS or selling < _MIN_SELLING_DAYS or units < _MIN_UNITS:
        return f"category total too thin: {selling} selling days in {days}, {units:.0f} units"
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

    # cmdstanpy sets its own level when Prophet imports it.
    mute()


def fit_aggregate(task: AggregateTask) -> list[AggregateFit]:
    """Fit Prophet at each origin of a task; a failure becomes a reason, not an exception.

    The model is additive in log(1 + units), so seasons, holidays, promotions and spend multiply.
    What the logarithm does to means is undone on the fitted days.

    Parameters
    ----------
    task
        Totals, drivers, holidays and origins.

    Returns
    -------
    list of AggregateFit
        One per origin.
    """
    _silence()
    out: list[AggregateFit] = []
    for known, ahead in task.origins:
        reason = _too_thin(task.totals[:known])
        if reason is not None:
            out.append(AggregateFit(None, reason))
            continue
        try:
            out.append(AggregateFit(_fit_once(task, known, ahead), None))
        except (RuntimeError, ValueError, OSError) as error:
            out.append(AggregateFit(None, f"Prophet failed: {type(error).__name__}"))
    return out


def _fit_once(task: AggregateTask, known: int, ahead: int) -> Floats:
    import pandas as pd
    from prophet import Prophet

    totals = task.totals[:known]
    first = int(np.argmax(totals > 0))
    upto = known + ahead
    frame: Any = pd.DataFrame(
        {
            "ds": task.days[first:upto].astype("datetime64[ns]"),
            "promotion_rate": task.promotion_rate[first:upto],
            "spend": np.log1p(task.spend_amount[first:upto]),
        }
    )
    inside = (task.holiday_days >= task.days[first]) & (task.holiday_days < task.days[known - 1])
    seen = {name for name, keep in zip(task.holiday_names, inside, strict=True) if keep}
    listed = [name in seen for name in task.holiday_names]
    holidays: Any = None
    if any(listed):
        holidays = pd.DataFrame(
            {
                "holiday": [name for name in task.holiday_names if name in seen],
                "ds": task.holiday_days[np.array(listed)].astype("datetime64[ns]"),
            }
        )
    length = known - first
    has_year = length >= _YEARLY_FROM_DAYS
    model: Any = Prophet(
        # Without a full year a trend is as likely the season going up or down: levels come from the series.
        growth="linear" if has_year else "flat",
        yearly_seasonality=10 if has_year else False,
        weekly_seasonality=3,
        daily_seasonality=False,
        holidays=holidays,
        holidays_prior_scale=1.0,
        changepoint_prior_scale=_TREND_PRIOR_SCALE,
        uncertainty_samples=0,
    )
    for name in ("promotion_rate", "spend"):
        # A driver that never moved teaches nothing, and a rare one must not run wild.
        if frame[name].iloc[:length].std() > 0:
            model.add_regressor(name, prior_scale=1.0, standardize=name == "spend")
    past = frame.iloc[:length].assign(y=np.log1p(totals[first:]))
    model.fit(past, seed=task.seed)
    with np.errstate(over="ignore"):
        expected = np.maximum(np.expm1(model.predict(frame)["yhat"].to_numpy(dtype=np.float64)), 0.0)
    if not np.isfinite(expected).all() or expected[:length].sum() <= 0:
        raise ValueError("Prophet's forecast is not finite.")
    expected = _calibrated(expected, totals[first:])
    # A driver far beyond experience must not multiply without end.
    expected = np.minimum(expected, _MOST_TIMES_HIGHEST * totals.max())
    return np.concatenate([np.zeros(first), expected])


def _calibrated(expected: Floats, totals: Floats) -> Floats:
    """Undo what log(1 + units) does to means: it lowers them, and flattens the seasons of small totals.

    The totals are regressed on the logarithm of their expectation as Poisson counts, which finds
    the intercept and slope (1 if nothing was flattened) at which sums agree over the fitted days
    and between its high and low ones. Newton's steps solve it.
    """
    log = np.log(np.maximum(expected, 0.01 * expected[: totals.size].mean()))
    centre = log[: totals.size].mean()
    x = log - centre
    past = x[: totals.size]
    level, slope = np.log(totals.mean()), 1.0
    for _ in range(_CALIBRATION_STEPS):
        mean = np.exp(level + slope * past)
        error, spread = totals - mean, mean * past
        matrix = np.array([[mean.sum(), spread.sum()], [spread.sum(), (spread * past).sum()]])
        if np.linalg.det(matrix) <= 1e-9 * matrix[0, 0] ** 2:
            break
        step = np.linalg.solve(matrix, np.array([error.sum(), (error * past).sum()]))
        level, slope = level + np.clip(step[0], -1, 1), slope + np.clip(step[1], -0.5, 0.5)
    slope = float(np.clip(slope, *_SLOPE_RANGE))
    shape = np.exp(slope * x)
    return np.asarray(shape * (totals.sum() / shape[: totals.size].sum()))


def fit_aggregates(tasks: list[AggregateTask], workers: int) -> Iterator[list[AggregateFit]]:
    """Start the fits and return their results in the order of the tasks.

    Parameters
    ----------
    tasks
        One per aggregate.
    workers
        Processes; 1 fits here. The results are the same to the bit.

    Returns
    -------
    iterator of list of AggregateFit
        One list per task. Worker processes are at it before the first is asked for.
    """
    if workers == 1 or len(tasks) < 2:
        return map(fit_aggregate, tasks)
    from joblib import Parallel, delayed

    pool = Parallel(n_jobs=min(workers, len(tasks)), backend="loky", return_as="generator")
    fits: Iterator[list[AggregateFit]] = pool(delayed(fit_aggregate)(task) for task in tasks)
    return fits
