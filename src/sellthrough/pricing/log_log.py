"""Log-log regression: the elasticity as textbooks estimate it, for comparison."""

from __future__ import annotations

__all__ = ["log_log_ols"]

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def log_log_ols(
    units: Floats,
    price: Floats,
    intercepts: npt.NDArray[Any] | None = None,
    slopes: npt.NDArray[Any] | None = None,
) -> Floats:
    r"""Slopes of ln(units) on ln(price) by ordinary least squares.

    Parameters
    ----------
    units, price
        Above zero, one per observation.
    intercepts
        Group of each observation, each with an intercept of its own; None for one intercept.
    slopes
        Slope group of each observation, None for one slope.

    Returns
    -------
    ndarray
        One slope per distinct value of `slopes` in sorted order, or one.

    Raises
    ------
    ValueError
        On units or prices that aren't above zero.

    Examples
    --------
    >>> price = np.array([1.0, 2.0, 4.0])
    >>> log_log_ols(100 * price**-2, price).round(6).tolist()
    [-2.0]
    """
    for name, values in (("units", units), ("price", price)):
        if not (values > 0).all():
            row = int(np.flatnonzero(~(values > 0))[0])
            raise ValueError(
                f"{name} is {values[row]} in observation {row}; leave out rows that aren't above zero."
            )
    y, x = np.log(units), np.log(price)
    cell = np.zeros(len(y), dtype=np.int64)
    if intercepts is not None:
        cell = np.unique(intercepts, return_inverse=True)[1].reshape(-1)
    part = np.zeros(len(y), dtype=np.int64)
    if slopes is not None:
        part = np.unique(slopes, return_inverse=True)[1].reshape(-1)
    design = (np.arange(part.max() + 1)[:, None] == part[None, :]) * x
    count = np.bincount(cell)

    def demeaned(values: Floats) -> Floats:
        return values - (np.bincount(cell, values) / count)[cell]

    within = np.stack([demeaned(column) for column in design], axis=1)
    solution, *_ = np.linalg.lstsq(within, demeaned(y), rcond=None)
    return np.asarray(solution, dtype=np.float64)
