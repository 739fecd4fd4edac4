"""Log-log regression: the elasticity as textbooks estimate it, for comparison and as a last resort."""

from __future__ import annotations

__all__ = ["log_log_by_item", "log_log_ols"]

from typing import Any

import numpy as np
import numpy.typing as npt

from sellthrough.pricing._solver import by_item

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_ROUNDS = 20


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


def log_log_by_item(
    demand: Floats,
    used: Bools,
    slopes: Floats,
    item: Ints,
    group: Ints,
    *,
    spread: Floats,
    week_effects: Bools,
    min_weeks: int,
) -> tuple[Floats, Floats]:
    r"""Slope of log demand on the first regressor per item, from its own weeks with sales alone.

    The within estimator: least squares per item after each row's own mean is taken off, the other slopes held
    near zero by their `spread`. Where a group has `week_effects`, the median of what its rows leave
    unexplained in a week is taken off as well, in a fixed number of alternating rounds (backfitting), so no
    item can spoil another. But weeks without sales have no logarithm and are left out, which draws a slow
    seller's slope towards zero: the variance is widened by the square of their share, as if an item that
    rarely sells were off by 1.

    Parameters
    ----------
    demand, used
        Row x week.
    slopes
        k x row x week; the first is the log of the price.
    item, group
        Per row, numbered from 0; rows sorted by item, and every item has one.
    spread
        Prior standard deviation of each slope, infinite for none, k.
    week_effects
        Per group.
    min_weeks
        Observations with sales that an item needs.

    Returns
    -------
    tuple of ndarray
        Slope, and its variance (HC3, MacKinnon & White 1985, and the allowance above), per item; NaN without
        enough observations or where the regressor doesn't move.

    Examples
    --------
    >>> price = np.log([[1.0, 2.0, 4.0, 2.0]])
    >>> slope, variance = log_log_by_item(
    ...     100 * np.exp(-2 * price), np.full((1, 4), True), price[None], np.array([0]), np.array([0]),
    ...     spread=np.array([np.inf]), week_effects=np.array([False]), min_weeks=4)
    >>> slope.round(6).tolist(), variance.round(6).tolist()
    ([-2.0], [0.0])
    """
    sold = used & (demand > 0)
    items, k = int(item.max()) + 1, len(slopes)
    count = by_item(sold.sum(axis=1), item, items)
    rows_of = np.bincount(item, minlength=items)
    y = _less_mean(np.log(np.where(sold, demand, 1.0)), sold)
    x = np.stack([_less_mean(regressor, sold) for regressor in slopes])
    square = by_item(np.einsum("art,brt->rab", x, x), item, items)
    noise = by_item((y**2).sum(axis=1), item, items) / np.maximum(count, 1)
    inverse = np.linalg.pinv(square + noise[:, None, None] * np.diag(spread**-2.0))
    week = np.zeros(y.shape)
    for _ in range(_ROUNDS if week_effects.any() else 1):
        left = _less_mean(y - week, sold)
        found = (inverse @ by_item((x * left).sum(axis=2).T, item, items)[:, :, None])[:, :, 0]
        explained = np.einsum("rk,krt->rt", found[item], x)
        gap = left - explained
        for g in np.flatnonzero(week_effects):
            rows = np.flatnonzero(group == g)
            silent = ~sold[rows].any(axis=0)
            unexplained = np.where(sold[rows], y[rows] - explained[rows], np.nan)
            unexplained[:, silent] = 0.0
            week[rows] = np.nanmedian(unexplained, axis=0)
    leverage = np.einsum("krt,rkj,jrt->rt", x, inverse[item], x, optimize=True)
    leverage += 1 / np.maximum(sold.sum(axis=1, keepdims=True), 1)
    influence = np.einsum("rk,krt->rt", inverse[item, 0], x) * gap / (1 - np.minimum(leverage, 0.8))
    silence = 1 - count / np.maximum(by_item(used.sum(axis=1), item, items), 1)
    variance = by_item(np.where(sold, influence**2, 0.0).sum(axis=1), item, items) + silence**2
    enough = (count >= np.maximum(min_weeks, k + rows_of + 1)) & (square[:, 0, 0] > 1e-9)
    return np.where(enough, found[:, 0], np.nan), np.where(enough, variance, np.nan)


def _less_mean(values: Floats, mask: Bools) -> Floats:
    """Take off each row's mean of what is in the mask; zero outside."""
    kept = np.where(mask, values, 0.0)
    mean = kept.sum(axis=1, keepdims=True) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.where(mask, kept - mean, 0.0))
