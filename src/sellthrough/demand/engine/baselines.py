"""A planner's forecasts, which every model has to beat."""

__all__ = ["BASELINES", "baselines"]

import numpy as np
from numpy.typing import NDArray

from .grid import Grid

Floats = NDArray[np.float64]

BASELINES = ("naive", "seasonal_naive", "weekday_mean")
_SEASONAL_WEEKS = 8


def baselines(grid: Grid, origin: int, ahead: int) -> dict[str, Floats]:
    """Forecast the last value, last week, and the same weekday's mean over eight weeks.

    Parameters
    ----------
    grid
        History.
    origin
        Periods known.
    ahead
        Periods to forecast.

    Returns
    -------
    dict of str to numpy.ndarray
        By method, shape (n, ahead), units.
    """
    season = 7 // grid.period_days
    weeks = min(_SEASONAL_WEEKS, max(origin // season, 1))
    back = max(origin - weeks * season, 0)
    span = grid.units[:, back:origin].astype(np.float64)
    known = grid.weight[:, back:origin] > 0
    short = weeks * season - span.shape[1]
    shape, before = (grid.n_series, weeks, season), ((0, 0), (short, 0))
    units = np.pad(span, before).reshape(shape)
    is_known = np.pad(known, before).reshape(shape)
    count = is_known.sum(axis=1)
    mean = np.divide((units * is_known).sum(axis=1), count, out=np.zeros(count.shape), where=count > 0)
    repeats = -(-ahead // season)
    last = np.where(known.any(axis=1), known.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1), -1)
    naive = np.where(last >= 0, span[np.arange(grid.n_series), last], 0.0)
    return {
        "naive": np.repeat(naive[:, None], ahead, axis=1),
        "seasonal_naive": np.tile(units[:, -1], (1, repeats))[:, :ahead],
        "weekday_mean": np.tile(mean, (1, repeats))[:, :ahead],
    }
