r"""Series and totals that agree: how far Prophet's totals move the series they are made of.

Everything is the sum of the series, so levels agree whatever happens. Margin by margin, the one of
fewest members first, each series is multiplied by its total's :math:`\exp(w x)`, with :math:`x` the
logarithm of Prophet's total over the series' own, and :math:`w` between 0 and 1 the least-squares share
of :math:`x` in what own totals missed on held-out periods. A margin whose share, learnt from all other
origins, does not come closer to an origin's totals than no share has :math:`w = 0`.
"""

__all__ = ["Totals", "learn_totals", "raked"]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .prophet_totals import TotalsForecast

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What a total was off by is carried on by its mean over so many periods.
_CARRIED = 28
_MOST_LOG = 1.0


@dataclass(frozen=True)
class Totals:
    """Prophet's totals from the end of a fit's history, and how far they count.

    Attributes
    ----------
    forecast
        The totals.
    weights
        By margin, 0 to 1.
    """

    forecast: TotalsForecast
    weights: dict[str, float]


def _order(forecast: TotalsForecast) -> list[str]:
    return sorted(forecast.labels, key=lambda name: (len(forecast.labels[name]), name))


def _missed(grid: Grid, mean: Floats, forecast: TotalsForecast, name: str, since: int) -> Floats:
    """Logarithm of Prophet's over own totals, shape (members of the grid, H); 0 where there is none."""
    codes = grid.margins[name]
    labels = [str(label) for label in grid.labels[name]]
    own = _summed(mean, codes, len(labels))
    place = {label: index for index, label in enumerate(forecast.labels[name])}
    theirs = np.full(own.shape, np.nan)
    covered = forecast.expected[name][:, since : since + own.shape[1]]
    for row, label in enumerate(labels):
        if label in place:
            theirs[row, : covered.shape[1]] = covered[place[label]]
    usable = (theirs > 0) & (own > 0)
    ratio = np.divide(theirs, own, out=np.ones_like(own), where=usable)
    out = np.clip(np.log(ratio), -_MOST_LOG, _MOST_LOG)
    end = min(covered.shape[1], own.shape[1])
    if 0 < end < own.shape[1]:
        out[:, end:] = out[:, max(end - _CARRIED, 0) : end].mean(axis=1, keepdims=True)
    return np.asarray(out)


def _summed(values: NDArray[np.floating], codes: Ints, size: int) -> Floats:
    out = np.zeros((size, values.shape[1]))
    np.add.at(out, codes, values)
    return out


def raked(
    grid: Grid, mean: Floats, forecast: TotalsForecast, weights: dict[str, float], since: int
) -> Floats:
    """Move series towards their totals.

    Parameters
    ----------
    grid
        Margins of the series.
    mean
        Shape (n, H), units.
    forecast
        Prophet's totals.
    weights
        By margin, 0 to 1.
    since
        Periods from the totals' origin to that of the means.

    Returns
    -------
    numpy.ndarray
        Shape (n, H).
    """
    for name in _order(forecast):
        if weights.get(name, 0.0) > 0:
            moved = np.exp(weights[name] * _missed(grid, mean, forecast, name, since))
            mean = mean * moved[grid.margins[name]]
    return mean


def learn_totals(
    grid: Grid, origins: list[int], means: list[Floats], forecast: TotalsForecast
) -> tuple[dict[str, float], list[Floats], list[Floats]]:
    """Find how far each margin's totals should count.

    Parameters
    ----------
    grid
        What came.
    origins
        Periods known, ascending; the totals were forecast from the first.
    means
        Forecasts from each, shape (n, ahead).
    forecast
        Prophet's totals from the first origin.

    Returns
    -------
    weights
        By margin; 0 where totals don't help.
    tried
        The means, moved by shares that their own origin had no part in, helpful or not.
    shipped
        The same for the margins that help alone.
    """
    weights: dict[str, float] = {}
    tried, shipped = list(means), list(means)
    for name in _order(forecast):
        moves = [
            _missed(grid, mean, forecast, name, origin - origins[0])
            for origin, mean in zip(origins, shipped, strict=True)
        ]
        sums = [
            _sums(grid, origin, mean, move, name)
            for origin, mean, move in zip(origins, shipped, moves, strict=True)
        ]
        others = [_share([s for j, s in enumerate(sums) if j != k]) for k in range(len(sums))]
        gain = sum(2 * w * cross - w**2 * square for w, (cross, square) in zip(others, sums, strict=True))
        weights[name] = _share(sums) if gain > 0 else 0.0
        codes = grid.margins[name]
        for index, (w, move) in enumerate(zip(others, moves, strict=True)):
            factor = np.exp(w * move)[codes]
            tried[index] = tried[index] * factor
            if weights[name] > 0:
                shipped[index] = shipped[index] * factor
    return weights, tried, shipped


def _sums(grid: Grid, origin: int, mean: Floats, move: Floats, name: str) -> tuple[float, float]:
    """Cross product and square of what own totals missed and the move, weighted by their size."""
    codes, size = grid.margins[name], move.shape[0]
    after = slice(origin, origin + mean.shape[1])
    weight = np.where((grid.start < origin)[:, None], grid.weight[:, after], 0.0)
    came, own = (_summed(part * weight, codes, size) for part in (grid.units[:, after], mean))
    usable = (came > 0) & (own > 0)
    missed = np.log(np.divide(came, own, out=np.ones_like(own), where=usable))
    return float((own * missed * move)[usable].sum()), float((own * move**2)[usable].sum())


def _share(sums: list[tuple[float, float]]) -> float:
    cross, square = (sum(pair[k] for pair in sums) for k in (0, 1))
    return float(np.clip(cross / square, 0.0, 1.0)) if square > 0 else 0.0
