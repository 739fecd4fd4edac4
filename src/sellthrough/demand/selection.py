"""Which method a class of series gets, measured on held-out days."""

__all__ = ["MethodScore", "choose", "score_method", "squared_step"]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .methods import BASELINES
from .panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_POOLED_SERIES = 20.0


@dataclass(frozen=True)
class MethodScore:
    """Point accuracy of one method by class; arrays of shape (classes,), NaN where it doesn't apply."""

    n_series: Ints
    wape: Floats
    bias_share: Floats
    rmsse: Floats
    weekly_error: Floats
    total_error: Floats


def squared_step(panel: Panel) -> Floats:
    """Mean squared day-to-day change of each series: the scale of the RMSSE (Makridakis et al., 2022).

    Parameters
    ----------
    panel
        Demand up to the origin.

    Returns
    -------
    numpy.ndarray
        Shape (n,), units squared; 0 where demand never changed.
    """
    step = np.diff(panel.units, axis=1) ** 2
    inside = np.arange(1, panel.n_days)[None, :] > panel.start[:, None]
    counts = inside.sum(axis=1)
    return np.asarray(
        np.divide((step * inside).sum(axis=1), counts, out=np.zeros(panel.n_series), where=counts > 0)
    )


def score_method(
    forecast: Floats, actual: Floats, weight: Floats, scale: Floats, group: Ints, n_groups: int
) -> MethodScore:
    """Measure one method by class.

    Parameters
    ----------
    forecast, actual, weight
        Held-out days, each of shape (n, H); a day counts by its in-stock share. A forecast with
        NaN leaves its series out.
    scale
        Mean squared day-to-day change, shape (n,).
    group
        Class of each series, shape (n,).
    n_groups
        Number of classes.

    Returns
    -------
    MethodScore
        `weekly_error` adds up absolute errors of weekly sums by series, `total_error` those of the
        class's weekly sums, both in units.
    """
    usable = np.asarray(np.isfinite(forecast).all(axis=1))
    error = np.where(usable[:, None], (np.nan_to_num(forecast) - actual) * weight, 0.0)
    demand = np.where(usable[:, None], actual * weight, 0.0)

    def by_group(values: Floats) -> Floats:
        return np.asarray(np.bincount(group, weights=values, minlength=n_groups), dtype=np.float64)

    with np.errstate(invalid="ignore", divide="ignore"):
        units = by_group(demand.sum(axis=1))
        weeks = actual.shape[1] // 7
        weekly = error[:, : weeks * 7].reshape(error.shape[0], weeks, 7).sum(axis=2)
        total = np.stack([by_group(weekly[:, week]) for week in range(weeks)], axis=1)
        days = weight.sum(axis=1)
        counted = usable & (scale > 0) & (days > 0)
        squared = (error**2).sum(axis=1) / np.maximum(days, 1e-9)
        rmsse: Floats = np.where(counted, np.sqrt(squared / np.where(scale > 0, scale, 1.0)), 0.0)
        n_usable = by_group(usable.astype(np.float64))
        empty = n_usable == 0
        return MethodScore(
            n_series=n_usable.astype(np.int64),
            wape=np.where(empty, np.nan, by_group(np.abs(error).sum(axis=1)) / units),
            bias_share=np.where(empty, np.nan, by_group(error.sum(axis=1)) / units),
            rmsse=np.where(empty, np.nan, by_group(rmsse) / by_group(counted.astype(np.float64))),
            weekly_error=np.where(empty, np.nan, by_group(np.abs(weekly).sum(axis=1))),
            total_error=np.where(empty, np.nan, np.abs(total).sum(axis=1)),
        )


def choose(
    scores: dict[str, MethodScore], pooled: dict[str, MethodScore]
) -> tuple[list[str], dict[str, Floats]]:
    """Pick a method per class: the lowest score, a baseline on a tie.

    A method's score in a class is the mean of two ratios to the eight-week weekday mean: of the
    absolute error of weekly sums, by series plus of the class's total, and of the RMSSE. The total
    and the squares punish bias, which absolute errors reward on series that are mostly zero. A
    class's score is averaged with that of all classes of its pattern, which counts as twenty series.

    Parameters
    ----------
    scores
        By method, one entry per class.
    pooled
        The same, for each class that of all series of its demand pattern.

    Returns
    -------
    chosen
        Method by class.
    combined
        By method the score by class, NaN where it does not apply.
    """
    reference = BASELINES[0]
    n_series = scores[reference].n_series
    trust = n_series / (n_series + _POOLED_SERIES)

    def error(table: dict[str, MethodScore], method: str) -> tuple[Floats, Floats]:
        return table[method].weekly_error + table[method].total_error, table[method].rmsse

    def ratio(table: dict[str, MethodScore], method: str) -> Floats:
        parts = [
            np.where(base > 0, own / np.where(base > 0, base, 1.0), np.where(np.isnan(own), np.nan, 1.0))
            for own, base in zip(error(table, method), error(table, reference), strict=True)
        ]
        return np.asarray(np.mean(parts, axis=0))

    combined: dict[str, Floats] = {}
    for method in scores:
        own, common = ratio(scores, method), ratio(pooled, method)
        both = np.where(
            np.isnan(own), common, np.where(np.isnan(common), own, trust * own + (1 - trust) * common)
        )
        # A method must cover every series of the class to be chosen for it.
        combined[method] = np.where(scores[method].n_series == n_series, both, np.nan)
    order = [*BASELINES, *[name for name in scores if name not in BASELINES]]
    table = np.stack([np.where(np.isnan(combined[name]), np.inf, combined[name]) for name in order])
    best = np.argmin(table, axis=0)
    return [order[index] for index in best], combined
