"""Classes of series: for each of them the past decides which method ships."""

__all__ = ["PATTERNS", "YOUNG_PERIODS", "known_periods", "patterns", "recent_units"]

import numpy as np
from numpy.typing import NDArray

from .grid import Grid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PATTERNS = ("smooth", "intermittent", "smooth, short history", "intermittent, short history")
_INTERMITTENT_FROM, _LOOKED_BACK_DAYS = 1.32, 182
_SHORT_DAYS = 182
# Below this many known periods a series leans on others.
YOUNG_PERIODS = {1: 28, 7: 8}


def patterns(grid: Grid) -> Ints:
    """Tell demand that comes nearly every period from demand with gaps, and short histories from long ones.

    Parameters
    ----------
    grid
        History.

    Returns
    -------
    numpy.ndarray
        Index into `PATTERNS`, shape (n,). Gaps are those of Syntetos, Boylan and Croston (2005); a
        history is short if less than half a year of it is known.
    """
    span = slice(max(grid.n_known - _LOOKED_BACK_DAYS // grid.period_days, 0), None)
    is_known = grid.weight[:, span] > 0
    selling = ((grid.units[:, span] > 0) & is_known).sum(axis=1)
    has_gaps = is_known.sum(axis=1) > _INTERMITTENT_FROM * selling
    is_short = known_periods(grid, grid.n_known) * grid.period_days < _SHORT_DAYS
    return np.asarray(has_gaps + 2 * is_short, dtype=np.int64)


def known_periods(grid: Grid, origin: int) -> Ints:
    """Known periods of each series before an origin, shape (n,)."""
    return np.asarray((grid.weight[:, :origin] > 0).sum(axis=1), dtype=np.int64)


def recent_units(grid: Grid, origin: int) -> Floats:
    """Units of the year before an origin, shape (n,)."""
    span = slice(max(origin - 365 // grid.period_days, 0), origin)
    return np.asarray((grid.units[:, span] * grid.weight[:, span]).sum(axis=1), dtype=np.float64)
