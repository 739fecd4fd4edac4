r"""Methods for demand with gaps, over all series at once.

Simple exponential smoothing; Teunter, Syntetos and Babai's (2011) smoothed probability times smoothed
size; Croston's size over interval with Syntetos and Boylan's (2005) correction :math:`1 - \alpha/2`.
Smoothing starts at the first value, as statsforecast has it. Unknown periods are passed over.
"""

__all__ = ["INTERMITTENT", "intermittent"]

import numpy as np
from numpy.typing import NDArray

from .grid import Grid

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

INTERMITTENT = ("ses", "tsb", "sba")
_SES_WEIGHT, _SIZE_WEIGHT, _PROBABILITY_WEIGHT, _CROSTON_WEIGHT = 0.1, 0.1, 0.03, 0.1
_LOOKED_BACK_DAYS = 364


class _Smoothed:
    """One exponentially smoothed value per series."""

    def __init__(self, n_series: int, weight: float) -> None:
        self.value, self._weight = np.full(n_series, np.nan), weight

    def take(self, values: Floats, where: Bools) -> None:
        """Let some series take in their next value."""
        moved = self.value + self._weight * (values - self.value)
        self.value = np.where(where, np.where(np.isnan(self.value), values, moved), self.value)


def intermittent(grid: Grid, origin: int) -> dict[str, Floats]:
    """Mean demand per period by each method, from the last year.

    Parameters
    ----------
    grid
        History.
    origin
        Periods known.

    Returns
    -------
    dict of str to numpy.ndarray
        By method, shape (n,), units; 0 where nothing was demanded.
    """
    n = grid.n_series
    level, probability = _Smoothed(n, _SES_WEIGHT), _Smoothed(n, _PROBABILITY_WEIGHT)
    size, croston_size = _Smoothed(n, _SIZE_WEIGHT), _Smoothed(n, _CROSTON_WEIGHT)
    interval, since = _Smoothed(n, _CROSTON_WEIGHT), np.zeros(n)
    for at in range(max(origin - _LOOKED_BACK_DAYS // grid.period_days, 0), origin):
        known = grid.weight[:, at] > 0
        units = grid.units[:, at].astype(np.float64)
        sold = known & (units > 0)
        since += known
        level.take(units, known)
        probability.take((units > 0).astype(np.float64), known)
        for each in (size, croston_size):
            each.take(units, sold)
        interval.take(since, sold)
        since[sold] = 0
    sba = (1 - _CROSTON_WEIGHT / 2) * croston_size.value / interval.value
    made = {"ses": level.value, "tsb": probability.value * size.value, "sba": sba}
    return {name: np.nan_to_num(values) for name, values in made.items()}
