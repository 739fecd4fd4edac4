"""The choice among methods, class by class, by what came after forecasts of the past."""

__all__ = ["MethodScore", "choose", "scales", "score_means", "shipped_means"]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .patterns import PATTERNS, YOUNG_PERIODS, known_periods
from .proof import METHODS, MODELS, Look

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A class of fewer series than this follows its pattern as a whole.
_LEAST_SERIES = 10
_MONTH_DAYS = 28


@dataclass(frozen=True)
class MethodScore:
    """What one method reached on the held-out periods of one pattern of demand.

    Attributes
    ----------
    method, pattern
        What was measured, and on which series.
    rmsse
        Root mean squared scaled error, weighted by recent units.
    bias_share
        Forecast over actual units, less one.
    n_series
        Series measured.
    is_chosen
        True for the method that ships.
    """

    method: str
    pattern: str
    rmsse: float
    bias_share: float
    n_series: int
    is_chosen: bool


def choose(grid: Grid, looks: list[Look], pattern: Ints) -> tuple[dict[str, str], list[MethodScore]]:
    """Find the method that came closest on held-out periods, for each pattern of demand.

    Parameters
    ----------
    grid
        What came.
    looks
        Forecasts of the past.
    pattern
        Index into `PATTERNS`, shape (n,), from before the first origin.

    Returns
    -------
    chosen
        Method by pattern.
    scores
        What each method reached.
    """
    scale, weight = scales(grid, looks[0].origin)
    methods = [method for method in METHODS if all(method in look.means for look in looks)]
    chosen: dict[str, str] = {}
    scores: list[MethodScore] = []
    is_scaled = (scale > 0) & (weight > 0)
    for code, name in enumerate(PATTERNS):
        of_class = is_scaled & (pattern == code)
        rows = np.flatnonzero(of_class)
        means = {method: [look.means[method] for look in looks] for method in methods}
        reached = {method: _reached(grid, looks, means[method], rows, scale, weight) for method in methods}
        deciding = reached
        if rows.size < _LEAST_SERIES:
            whole = np.flatnonzero(is_scaled & (pattern % 2 == code % 2))
            deciding = {
                method: _reached(grid, looks, means[method], whole, scale, weight) for method in methods
            }
        told = [method for method in methods if np.isfinite(deciding[method][0])]
        chosen[name] = min(told, key=lambda method: deciding[method][0]) if told else "level"
        scores += [
            MethodScore(method, name, *reached[method], int(rows.size), method == chosen[name])
            for method in methods
        ]
    return chosen, scores


def score_means(
    grid: Grid, looks: list[Look], pattern: Ints, method: str, means: list[Floats]
) -> list[MethodScore]:
    """Score further forecasts of the past by class, as `choose` does those of the menu.

    Parameters
    ----------
    grid, looks, pattern
        As there.
    method
        What to call them.
    means
        One per look, shape (n, ahead).

    Returns
    -------
    list of MethodScore
        One per class.
    """
    scale, weight = scales(grid, looks[0].origin)
    out: list[MethodScore] = []
    for code, name in enumerate(PATTERNS):
        rows = np.flatnonzero((scale > 0) & (weight > 0) & (pattern == code))
        reached = _reached(grid, looks, means, rows, scale, weight)
        out.append(MethodScore(method, name, *reached, int(rows.size), False))
    return out


def scales(grid: Grid, first: int) -> tuple[Floats, Floats]:
    """Mean squared change before the first origin, and the last month's units."""
    history = grid.units[:, :first].astype(np.float64)
    inside = np.arange(1, first)[None, :] > grid.start[:, None]
    count = inside.sum(axis=1)
    scale = np.divide(
        (np.diff(history, axis=1) ** 2 * inside).sum(axis=1), count, out=np.zeros(count.size), where=count > 0
    )
    month = max(_MONTH_DAYS // grid.period_days, 1)
    weight = history[:, -month:].sum(axis=1)
    return scale, weight


def _reached(
    grid: Grid,
    looks: list[Look],
    means: Sequence[NDArray[np.floating]],
    rows: Ints,
    scale: Floats,
    weight: Floats,
) -> tuple[float, float]:
    """Weighted root mean squared scaled error and bias of one method on some series."""
    if rows.size == 0:
        return float("nan"), float("nan")
    errors, forecast, came = [], 0.0, 0.0
    for look, of_look in zip(looks, means, strict=True):
        after = slice(look.origin, look.origin + look.ahead)
        known, actual = grid.weight[rows, after], grid.units[rows, after]
        mean = of_look[rows]
        squared = ((mean - actual) ** 2 * known).sum(axis=1, dtype=np.float64)
        errors.append(np.sqrt(squared / np.maximum(known.sum(axis=1), 1e-9) / scale[rows]))
        forecast += float((mean * known).sum(dtype=np.float64))
        came += float((actual * known).sum(dtype=np.float64))
    rmsse = float((np.mean(errors, axis=0) * weight[rows]).sum() / weight[rows].sum())
    return rmsse, forecast / came - 1 if came > 0 else float("nan")


def shipped_means(
    grid: Grid,
    origin: int,
    means: Mapping[str, NDArray[np.floating]],
    pattern: Ints,
    chosen: dict[str, str],
) -> tuple[Floats, list[str]]:
    """Take the method chosen for each class, and the level where that can't be had or is too young.

    Parameters
    ----------
    grid
        History.
    origin
        Periods known.
    means
        By method, shape (n, H), units.
    pattern
        Index into `PATTERNS`, shape (n,).
    chosen
        Method by pattern.

    Returns
    -------
    mean
        Shape (n, H).
    method
        By series.
    """
    # only what has a level can lean on others
    young = known_periods(grid, origin) < YOUNG_PERIODS[grid.period_days]
    out, method = np.zeros(means["level"].shape), np.full(grid.n_series, "level", dtype=object)
    for code, name in enumerate(PATTERNS):
        best = chosen[name] if chosen[name] in means else "level"
        method[(pattern == code) & (~young | (best in MODELS))] = best
    for best in set(method):
        rows = np.flatnonzero(method == best)
        out[rows] = means[best][rows]
    return out, method.tolist()
