"""How far demand strays from its mean: variance by series, and its correction on held-out days."""

__all__ = [
    "MAX_INFLATION",
    "MIN_INFLATION",
    "dispersion",
    "fair_coverage",
    "level_drift",
    "variance_inflation",
]

import numpy as np
from numpy.typing import NDArray

from .distribution import negative_binomial_cdf
from .panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MIN_INFLATION, MAX_INFLATION = 0.5, 6.0
_GRID = np.exp(np.linspace(np.log(MIN_INFLATION), np.log(MAX_INFLATION), 9))
_WINDOW_DAYS = 56
_LOOK_BACK_DAYS = 365
_WARM_UP_DAYS = 28
_OBSERVED_SHARE = 0.5
_DRIFT_GAP_DAYS = 91
_DRIFT_UNITS = 200.0
_MAX_DRIFT = 0.004
_PSEUDO_UNITS = 10.0
_PSEUDO_OBSERVATIONS = 100.0
_MOST_OBSERVATIONS = 5_000
_SCATTER = 7_919


def dispersion(panel: Panel, shape: Floats, group: Ints) -> Floats:
    """Variance of daily demand per unit of its mean, by series.

    Each day of the last year is compared with what the eight weeks before it led one to expect,
    given the season: the sum of squared residuals over the sum of expectations is the Pearson
    estimate of the quasi-Poisson dispersion (McCullagh and Nelder, 1989, ch. 4). It is shrunk to
    the group's as if ten units had been seen at that.

    Parameters
    ----------
    panel
        Demand up to the origin.
    shape
        Expected total by aggregate on the panel's days, shape (aggregates, T).
    group
        Group number of each series, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), units, at least 1.
    """
    units, mean, weight = _looking_back(panel, shape, 0)
    squares = (weight * (units - mean) ** 2).sum(axis=1)
    means = (weight * mean).sum(axis=1)
    size = int(group.max()) + 1 if group.size else 0
    by_squares = np.bincount(group, weights=squares, minlength=size)
    by_means = np.bincount(group, weights=means, minlength=size)
    overall = squares.sum() / means.sum() if means.sum() > 0 else 1.0
    typical = (by_squares + _PSEUDO_UNITS * overall) / (by_means + _PSEUDO_UNITS)
    own = (squares + _PSEUDO_UNITS * typical[group]) / (means + _PSEUDO_UNITS)
    return np.asarray(np.maximum(own, 1.0))


def _looking_back(panel: Panel, shape: Floats, gap: int) -> tuple[Floats, Floats, Floats]:
    """Last year's demand, what eight weeks ending `gap` days before led to expect, and what counts."""
    back = min(_LOOK_BACK_DAYS + _WINDOW_DAYS + gap, panel.n_days)
    first = panel.n_days - back
    units = panel.units[:, first:]
    day = np.arange(first, panel.n_days)[None, :]
    expected = np.where(day >= panel.start[:, None], np.maximum(shape[:, first:], 1e-9)[panel.aggregate], 0.0)

    def trailing(values: Floats) -> Floats:
        total = np.cumsum(values, axis=1)
        out = np.zeros_like(total)
        out[:, gap + 1 :] = total[:, : back - gap - 1]
        skip = gap + _WINDOW_DAYS + 1
        out[:, skip:] -= total[:, : max(back - skip, 0)]
        return out

    exposure = trailing(expected)
    mean = np.divide(trailing(units), exposure, out=np.zeros_like(units), where=exposure > 0) * expected
    old = day - panel.start[:, None] >= _WARM_UP_DAYS + gap
    recent = day >= panel.n_days - _LOOK_BACK_DAYS
    weight = np.where(old & recent & (panel.weight[:, first:] >= _OBSERVED_SHARE), 1.0, 0.0)
    return units, mean, weight


def level_drift(panel: Panel, shape: Floats, group: Ints) -> Floats:
    """Variance that a series' level gains per day ahead, relative to its squared mean.

    The squared error of an eight-week mean that is thirteen weeks old, less that of a fresh one,
    over the squared mean: a random walk of the level would make it grow by this much per day.

    Parameters
    ----------
    panel
        Demand up to the origin.
    shape
        Expected total by aggregate on the panel's days, shape (aggregates, T).
    group
        Group number of each series, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,), per day, between 0 and 0.004; 0 if history is too short to tell.
    """
    if panel.n_days <= _DRIFT_GAP_DAYS + _WINDOW_DAYS:
        return np.zeros(panel.n_series)
    units, stale, weight = _looking_back(panel, shape, _DRIFT_GAP_DAYS)
    _, fresh, _ = _looking_back(panel, shape, 0)
    fresh = fresh[:, -units.shape[1] :]
    if fresh.shape[1] < units.shape[1]:
        units, stale, weight = (table[:, -fresh.shape[1] :] for table in (units, stale, weight))
    # Squared errors grow with the mean squared: one loud series must not speak for its class.
    size = 1.0 / np.maximum((weight * fresh**2).sum(axis=1), 1e-9)
    gain = (weight * ((units - stale) ** 2 - (units - fresh) ** 2)).sum(axis=1) * size / _DRIFT_GAP_DAYS
    trust = (weight * fresh).sum(axis=1)
    counted = np.where(trust > 0, np.minimum(trust, _DRIFT_UNITS), 0.0)
    n_groups = int(group.max()) + 1 if group.size else 0
    sums = np.bincount(group, weights=gain * counted, minlength=n_groups)
    totals = np.bincount(group, weights=counted, minlength=n_groups)
    overall = sums.sum() / totals.sum() if totals.sum() > 0 else 0.0
    pseudo = 10.0 * _DRIFT_UNITS
    by_group = (sums + pseudo * overall) / (totals + pseudo)
    return np.asarray(np.clip(by_group, 0.0, _MAX_DRIFT)[group])


def fair_coverage(
    units: Floats, mean: Floats, variance: Floats, low: float = 0.05, high: float = 0.95
) -> Floats:
    """Share of each day's probability-transform interval that lies between two levels.

    Counts have no exact 5 % point, so the plain coverage of a band is above its nominal one by
    nature. The interval from P(demand < y) to P(demand <= y) has no such flaw: its overlap with
    (low, high) is on average high - low for a right law (Czado, Gneiting and Held, 2009).

    Parameters
    ----------
    units, mean, variance
        Demand and its law, each of shape (m,).
    low, high
        Levels of the band.

    Returns
    -------
    numpy.ndarray
        Shape (m,), 0 to 1.
    """
    count = np.round(units)
    upper = negative_binomial_cdf(count, mean, variance)
    lower = negative_binomial_cdf(count - 1.0, mean, variance)
    width = np.maximum(upper - lower, 1e-300)
    overlap = np.maximum(np.minimum(upper, high) - np.maximum(lower, low), 0.0)
    return np.asarray(np.clip(overlap / width, 0.0, 1.0))


def variance_inflation(
    units: Floats, mean: Floats, variance: Floats, group: Ints, half: Ints, n_groups: int, target: float = 0.9
) -> tuple[Floats, Floats]:
    """One factor per group that makes the fair coverage of held-out days right.

    Parameters
    ----------
    units, mean, variance
        Held-out demand and its law, each of shape (m,).
    group
        Group of each day, shape (m,).
    half
        0 or 1, shape (m,): the half that a day belongs to in the cross-check.
    n_groups
        Number of groups.
    target
        Coverage aimed at.

    Returns
    -------
    factor
        From all days, shape (n_groups,), between `MIN_INFLATION` and `MAX_INFLATION`, drawn to 1 on
        few days.
    by_half
        The same from the days of each half alone, shape (n_groups, 2).
    """
    cell = group * 2 + half
    # Some thousand days say all there is to say about one factor. They are scattered, as every
    # k-th one could be the same weekday throughout.
    order = np.argsort(group, kind="stable")
    size = np.bincount(group, minlength=n_groups)
    position = np.arange(group.size) - (np.cumsum(size) - size)[group[order]]
    kept = order[position * _SCATTER % size[group[order]] < _MOST_OBSERVATIONS]
    units, mean, variance, cell = units[kept], mean[kept], variance[kept], cell[kept]
    counts = np.bincount(cell, minlength=2 * n_groups).astype(np.float64)
    covered = np.empty((2 * n_groups, _GRID.size))
    for index, factor in enumerate(_GRID):
        share = fair_coverage(units, mean, variance * factor)
        covered[:, index] = np.bincount(cell, weights=share, minlength=2 * n_groups)
    whole = _root(covered[0::2] + covered[1::2], counts[0::2] + counts[1::2], target)
    return whole, _root(covered, counts, target).reshape(n_groups, 2)


def _root(covered: Floats, counts: Floats, target: float) -> Floats:
    """Factor at which the covered share reaches the target, by interpolation on the grid."""
    out = np.ones(counts.size)
    for row in np.flatnonzero(counts > 0):
        rising = np.maximum.accumulate(covered[row] / counts[row])
        found = np.exp(np.interp(target, rising, np.log(_GRID)))
        out[row] = found ** (counts[row] / (counts[row] + _PSEUDO_OBSERVATIONS))
    return out
