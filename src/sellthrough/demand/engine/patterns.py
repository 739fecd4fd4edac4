"""Patterns of demand: for each of them the past decides which method ships."""

__all__ = ["PATTERNS", "patterns", "recent_units"]

import numpy as np
from numpy.typing import NDArray

from .grid import Grid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PATTERNS = ("smooth", "intermittent")
_INTERMITTENT_FROM, _LOOKED_BACK_DAYS = 1.32, 182


def patterns(grid: Grid) -> Ints:
    """0 where demand comes nearly every period, 1 where it has gaps (Syntetos, Boylan and Croston, 2005).

    Parameters
    ----------
    grid
        History.

    Returns
    -------
    numpy.ndarray
        Index into `PATTERNS`, shape (n,).
    """
    span = slice(-(_LOOKED_BACK_DAYS // grid.period_days), None)
    is_known = grid.weight[:, span] > 0
    selling = ((grid.units[:, span] > 0) & is_known).sum(axis=1)
    return np.asarray(is_known.sum(axis=1) > _INTERMITTENT_FROM * selling, dtype=np.int64)


def recent_units(grid: Grid, origin: int) -> Floats:
    """Units of the year before an origin, shape (n,)."""
    span = slice(max(origin - 365 // grid.period_days, 0), origin)
    return np.asarray((grid.units[:, span] * grid.weight[:, span]).sum(axis=1), dtype=np.float64)
