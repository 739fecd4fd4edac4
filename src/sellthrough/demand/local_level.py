"""Level of a series at a time from the days around it: sums that fade with distance, and their cascade."""

__all__ = ["HALF_LIVES", "Level", "Runs", "choose_strengths", "faded_sums", "level_sums", "levels", "runs_of"]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Half-lives of the cascade, in periods, from the whole series to its closest days.
HALF_LIVES: tuple[float, ...] = (np.inf, 120.0, 40.0, 14.0, 5.0, 2.0)
_STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, np.inf)
_START = 30.0
_SMALL = 1e-9
_MOST_ROWS = 200_000
_BLOCK = 256


@dataclass(frozen=True)
class Runs:
    """Where each series lies in rows sorted by series and time.

    Attributes
    ----------
    series
        Code of each row's series, ascending, shape (n,).
    time
        Period of each row, a whole number, ascending within a series, shape (n,).
    start, length
        First row and number of rows of each series, shape (k,).
    """

    series: Ints
    time: Floats
    start: Ints
    length: Ints


@dataclass(frozen=True)
class Level:
    """Sums from which levels are made.

    Attributes
    ----------
    units, exposure
        Weighted units and exposure near each row, one pair of arrays of shape (n,) per half-life.
    prior_mean
        Level of the row's group, shape (n,).
    prior_shape
        Shape of the gamma law of levels within groups.
    """

    units: tuple[Floats, ...]
    exposure: tuple[Floats, ...]
    prior_mean: Floats
    prior_shape: float


def runs_of(series: Ints, time: Floats) -> Runs:
    """Find each series in sorted rows.

    Parameters
    ----------
    series, time
        Codes 0 to k - 1, all of them present, and periods, sorted by both, shape (n,).

    Returns
    -------
    Runs
        The rows of each series.
    """
    start = np.flatnonzero(np.diff(series, prepend=-1) != 0)
    return Runs(series, time, start, np.diff(start, append=series.size))


def faded_sums(runs: Runs, values: Floats, half_life: float, with_own: bool) -> Floats:
    r"""Sum the values of a series with weights that halve with each half-life of distance.

    :math:`S_t = \sum_{u \ne t} 2^{-|t-u| / h} v_u`, and :math:`v_t` itself on request.

    Parameters
    ----------
    runs
        The rows of each series.
    values
        Shape (m, n).
    half_life
        Periods, above 0.
    with_own
        Whether a row counts in its own sum.

    Returns
    -------
    numpy.ndarray
        Shape (m, n).

    Examples
    --------
    >>> runs = runs_of(np.zeros(3, dtype=int), np.arange(3.0))
    >>> faded_sums(runs, np.array([[8.0, 0.0, 4.0]]), 1.0, with_own=False).tolist()
    [[1.0, 6.0, 2.0]]
    """
    out = np.empty_like(values)
    fade = 0.5 ** (1.0 / half_life)
    age = (runs.time - runs.time[runs.start][runs.series]).astype(np.int64)
    span = age[runs.start + runs.length - 1] + 1
    # Series of like length side by side on a grid of periods, in blocks that fit the processor's cache.
    by_span = np.argsort(span, kind="stable")
    for first in range(0, by_span.size, _BLOCK):
        block = by_span[first : first + _BLOCK]
        width = int(span[block[-1]])
        length = runs.length[block]
        line = np.repeat(np.arange(block.size), length)
        row = np.arange(line.size) + np.repeat(runs.start[block] - np.cumsum(length) + length, length)
        place = line * width + age[row]
        for values_in, values_out in zip(values, out, strict=True):
            grid = np.zeros((block.size, width))
            grid.ravel()[place] = values_in[row]
            near = lfilter((0.0, fade), (1.0, -fade), grid)
            near += lfilter((0.0, fade), (1.0, -fade), grid[:, ::-1])[:, ::-1]
            values_out[row] = near.ravel()[place]
    return out + values if with_own else out


def level_sums(
    runs: Runs, group: Ints, units: Floats, exposure: Floats, half_lives: tuple[float, ...], with_own: bool
) -> Level:
    """Sum units and exposure near each row at every half-life, and fit the law of levels.

    Parameters
    ----------
    runs
        The rows of each series.
    group
        Group of each row, the same for all rows of a series, shape (n,).
    units, exposure
        Weighted units sold and the units that a level of 1 would have sold, shape (n,).
    half_lives
        Periods, infinity first.
    with_own
        Whether a row counts in its own level.

    Returns
    -------
    Level
        The sums.
    """
    count = runs.start.size
    total_units = np.bincount(runs.series, units, count)
    total_exposure = np.bincount(runs.series, exposure, count)
    own_units, own_exposure = (0.0, 0.0) if with_own else (units, exposure)
    all_units = [np.maximum(total_units[runs.series] - own_units, 0.0)]
    all_exposure = [np.maximum(total_exposure[runs.series] - own_exposure, 0.0)]
    both = np.stack([units, exposure])
    for half_life in half_lives[1:]:
        near = faded_sums(runs, both, half_life, with_own)
        all_units.append(near[0])
        all_exposure.append(near[1])
    seen = total_exposure > 0
    mean = max(float(total_units.sum()), _SMALL) / max(float(total_exposure.sum()), _SMALL)
    rate = np.divide(total_units, total_exposure, out=np.full(count, mean), where=seen)
    noise = np.divide(mean, total_exposure, out=np.zeros(count), where=seen)
    spread = float(((rate - mean) ** 2 - noise)[seen].sum()) / max(int(seen.sum()), 1)
    shape = mean**2 / max(spread, 1e-3 * mean**2)
    by_group = group[runs.start]
    group_units = np.bincount(by_group, total_units) + shape
    group_exposure = np.bincount(by_group, total_exposure) + shape / mean
    return Level(tuple(all_units), tuple(all_exposure), (group_units / group_exposure)[group], shape)


def levels(level: Level, strengths: tuple[float, ...], rows: Ints | None = None) -> Floats:
    """Level of each row: each half-life's rate, drawn to that of the longer one.

    Parameters
    ----------
    level
        The sums.
    strengths
        Units that the longer half-life's level is worth against the shorter's own, one per
        half-life but the first; infinity leaves a half-life out.
    rows
        Rows wanted; all by default.

    Returns
    -------
    numpy.ndarray
        Levels, shape (n,) or that of `rows`.
    """
    at = slice(None) if rows is None else rows
    out = (level.units[0][at] + level.prior_shape) / (
        level.exposure[0][at] + level.prior_shape / np.maximum(level.prior_mean[at], _SMALL)
    )
    for units, exposure, strength in zip(level.units[1:], level.exposure[1:], strengths, strict=True):
        if np.isfinite(strength):
            out = (units[at] + strength) / (exposure[at] + strength / np.maximum(out, _SMALL))
    return np.asarray(out)


def choose_strengths(level: Level, multiplier: Floats, units: Floats, rows: Ints) -> tuple[float, ...]:
    """Choose the strengths by the Poisson deviance on rows whose units the sums don't know.

    Parameters
    ----------
    level
        Sums without the units of `rows`.
    multiplier
        What multiplies the level, shape (n,).
    units
        Units sold, shape (n,).
    rows
        Held-out rows.

    Returns
    -------
    tuple of float
        One strength per half-life but the first.
    """
    best = [_START] * (len(level.units) - 1)
    if rows.size == 0:
        return tuple(best)
    # Every k-th row could be the same weekday throughout, so k is no multiple of 7.
    stride = -(-rows.size // _MOST_ROWS)
    rows = rows[:: stride + (stride % 7 == 0)]
    real, factor = units[rows], multiplier[rows]
    sold = real > 0

    def loss(strengths: list[float]) -> float:
        mean = np.maximum(levels(level, tuple(strengths), rows) * factor, 1e-6)
        return float((mean - real).sum() - (real[sold] * np.log(mean[sold])).sum())

    least = loss(best)
    for _ in range(2):
        for place in range(len(best)):
            for strength in _STRENGTHS:
                trial = [*best[:place], strength, *best[place + 1 :]]
                value = loss(trial)
                if value < least:
                    least, best = value, trial
    return tuple(best)
