r"""Series and totals that agree: how far Prophet's totals move the series they are made of.

Everything is the sum of the series, so levels agree whatever happens. Margin by margin, the one of
fewest members first, each series is multiplied by its total's
:math:`\exp(w_s (x - \bar x) + w_l \bar x)`, with :math:`x` the logarithm of Prophet's total over the
series' own and :math:`\bar x` its mean ahead: Prophet may know the shape of the coming weeks and not
their level, or the other way round. The shares :math:`w` between 0 and 1 are those at which the moved
totals are likeliest, as Poisson counts, on held-out periods: logarithms of small totals would pull them
below their mean. A margin whose shares, learnt from all other origins, do not come closer to an origin's
totals than no shares moves nothing.
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
NO_SHARE = (0.0, 0.0)
_STEPS = np.linspace(0.0, 1.0, 11)
# Shares of the shape and of the level; the first moves nothing.
_SHARES = [(float(shape), float(level)) for shape in _STEPS for level in _STEPS]


@dataclass(frozen=True)
class Totals:
    """Prophet's totals from the end of a fit's history, and how far they count.

    Attributes
    ----------
    forecast
        The totals.
    weights
        By margin shares of shape and level, 0 to 1.
    """

    forecast: TotalsForecast
    weights: dict[str, tuple[float, float]]


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
    grid: Grid, mean: Floats, forecast: TotalsForecast, weights: dict[str, tuple[float, float]], since: int
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
        By margin shares of shape and level, 0 to 1.
    since
        Periods from the totals' origin to that of the means.

    Returns
    -------
    numpy.ndarray
        Shape (n, H).
    """
    for name in _order(forecast):
        if max(weights.get(name, NO_SHARE)) > 0:
            moved = np.exp(_moved(_missed(grid, mean, forecast, name, since), weights[name]))
            mean = mean * moved[grid.margins[name]]
    return mean


def _moved(missed: Floats, shares: tuple[float, float]) -> Floats:
    level = missed.mean(axis=1, keepdims=True)
    return np.asarray(shares[0] * (missed - level) + shares[1] * level)


def learn_totals(
    grid: Grid, origins: list[int], means: list[Floats], forecast: TotalsForecast
) -> tuple[dict[str, tuple[float, float]], list[Floats], list[Floats]]:
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
        By margin shares of shape and level; 0 where totals don't help.
    tried
        The means, moved by shares that their own origin had no part in, helpful or not.
    shipped
        The same for the margins that help alone.
    """
    weights: dict[str, tuple[float, float]] = {}
    tried, shipped = list(means), list(means)
    for name in _order(forecast):
        moves = [
            _missed(grid, mean, forecast, name, origin - origins[0])
            for origin, mean in zip(origins, shipped, strict=True)
        ]
        losses = np.stack(
            [
                _losses(grid, origin, mean, move, name)
                for origin, mean, move in zip(origins, shipped, moves, strict=True)
            ]
        )
        places = [int(np.delete(losses, k, axis=0).sum(axis=0).argmin()) for k in range(len(origins))]
        others = [_SHARES[place] for place in places]
        gain = sum(losses[k, 0] - losses[k, place] for k, place in enumerate(places))
        weights[name] = _SHARES[int(losses.sum(axis=0).argmin())] if gain > 0 else NO_SHARE
        codes = grid.margins[name]
        for index, (w, move) in enumerate(zip(others, moves, strict=True)):
            factor = np.exp(_moved(move, w))[codes]
            tried[index] = tried[index] * factor
            if max(weights[name]) > 0:
                shipped[index] = shipped[index] * factor
    return weights, tried, shipped


def _losses(grid: Grid, origin: int, mean: Floats, move: Floats, name: str) -> Floats:
    """Loss of a Poisson law, less what no share changes, by shares of the move; shape of `_SHARES`."""
    codes, size = grid.margins[name], move.shape[0]
    after = slice(origin, origin + mean.shape[1])
    weight = np.where((grid.start < origin)[:, None], grid.weight[:, after], 0.0)
    came, own = (_summed(part * weight, codes, size) for part in (grid.units[:, after], mean))
    moves = (_moved(move, shares) for shares in _SHARES)
    return np.array([float((own * np.exp(moved) - came * moved).sum()) for moved in moves])
