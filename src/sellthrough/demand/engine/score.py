"""A kept fit applied to a panel: means, laws, quantiles, windows."""

__all__ = ["EngineForecast", "score_grid"]

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from . import boosters
from .baselines import BASELINES
from .calendar_effects import calendar_effects
from .choice import MethodScore, shipped_means
from .drivers import explain
from .fit import EngineFit, fingerprint
from .grid import Grid
from .laws import period_ratios, window_ratio
from .origin_features import OriginView, row_chunks
from .patterns import YOUNG_PERIODS, known_periods, patterns, recent_units
from .proof import look_ahead
from .reconcile import raked
from .settings import EngineSettings
from .trees import Trees

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True)
class EngineForecast:
    """A distribution for every series and period, and for every window's sum.

    Attributes
    ----------
    mean, variance
        Shape (n, H), units and units squared.
    quantiles
        Shape (n, H, levels), whole units, never below zero, never crossing.
    window_mean, window_variance, window_quantiles
        By length of the window: shape (n,), (n,), (n, levels).
    method, reason
        By series what made the mean, and why not more; None where nothing fell back.
    scores
        What the methods reached on the past.
    drivers
        Where the settings want it, what the mean is made of, by family (`FAMILIES`), each of shape (n, H);
        they add up to the mean.
    """

    mean: Floats
    variance: Floats
    quantiles: Floats
    window_mean: dict[int, Floats]
    window_variance: dict[int, Floats]
    window_quantiles: dict[int, Floats]
    method: list[str]
    reason: list[str | None]
    scores: list[MethodScore]
    drivers: dict[str, Floats]


@dataclass(frozen=True)
class Means:
    """The shipped means of every series and period, shape (n, H), and all that they came from."""

    mean: Floats
    method: list[str]
    made_by: list[str]
    reason: list[str | None]
    view: OriginView
    grid: Grid
    trees: Trees | None
    by_method: dict[str, Floats]


def score_grid(
    grid: Grid, fit: EngineFit, settings: EngineSettings, say: Callable[[str], None] = lambda _: None
) -> EngineForecast:
    """Forecast every series of a panel with a fit made from it or from an earlier one.

    Calendar effects and levels are estimated anew from the grid; method, trees and laws are the fit's.

    Parameters
    ----------
    grid
        History, drivers and events.
    fit
        What was learnt.
    settings
        Those of the fit; threads may differ.
    say
        Called with one line per stage.

    Returns
    -------
    EngineForecast
        Whatever the panel holds: a series without history gets what its group's new series sell.

    Raises
    ------
    ValueError
        If the fit was made with other columns or settings.
    """
    say("the forecast ...")
    made = shipped(grid, fit, settings)
    mean = made.mean
    say("its laws ...")
    laws = fit.laws
    ratio = period_ratios(laws.spread, made.view, mean, settings.threads)
    variance = np.maximum(ratio * mean, mean)
    quantiles = np.empty((*mean.shape, len(settings.levels)))
    for rows in row_chunks(*mean.shape):
        found = laws.periods.quantiles(mean[rows].ravel(), variance[rows].ravel())
        quantiles[rows] = found.reshape(rows.size, grid.ahead, -1)
    windows = {window: mean[:, :window].sum(axis=1) for window in settings.windows}
    window_variance, window_quantiles = {}, {}
    for window, total in windows.items():
        law, levels = laws.of_window(window)
        own = window_ratio(mean[:, :window], ratio[:, :window])
        window_variance[window] = law.variance(total, own)
        window_quantiles[window] = levels.quantiles(total, window_variance[window])
    drivers: dict[str, Floats] = {}
    if settings.explains:
        say("what drives it ...")
        told = (made.grid, made.view, made.trees, made.by_method, made.made_by, mean)
        drivers = explain(*told, settings.threads)
    return EngineForecast(
        mean=mean,
        variance=variance,
        quantiles=quantiles,
        window_mean=windows,
        window_variance=window_variance,
        window_quantiles=window_quantiles,
        method=made.method,
        reason=made.reason,
        scores=fit.scores,
        drivers=drivers,
    )


def shipped(grid: Grid, fit: EngineFit, settings: EngineSettings) -> Means:
    """Make the means that ship; parameters and errors as those of `score_grid`."""
    if fit.fingerprint != fingerprint(settings.of_fit, grid.columns):
        raise ValueError(
            f"The fit of {fit.fitted_on} was made with other columns or settings than this grid's: fit anew."
        )
    grid = _recoded(grid, fit.labels)
    missing = boosters.trees_missing() if fit.trees is not None else None
    trees = None if missing else fit.trees
    # several BLAS threads would only wait for each other
    with threadpool_limits(limits=1, user_api="blas"):
        view = OriginView(grid, calendar_effects(grid), grid.n_known)
    pattern = patterns(grid)
    means = look_ahead(grid, view, trees, settings)
    mean, made_by = shipped_means(grid, grid.n_known, means, pattern, fit.chosen)
    method, reason = list(made_by), _reasons(grid, made_by, missing or fit.reason)
    if fit.totals is not None:
        since = (np.datetime64(grid.last_on) - np.datetime64(fit.fitted_on)).astype(np.int64)
        mean = raked(
            grid, mean, fit.totals.forecast, fit.totals.weights, max(int(since) // grid.period_days, 0)
        )
    told = known_periods(grid, grid.n_known)
    for row in np.flatnonzero((told == 0) | ((told < YOUNG_PERIODS[grid.period_days]) & (grid.like >= 0))):
        method[row] = "like_items"
    silent = np.flatnonzero((told > 0) & (recent_units(grid, grid.n_known) <= 0))
    mean[silent] = 0.0
    for row in silent:
        method[row], reason[row] = "no_demand", "nothing sold for a year"
    return Means(mean, method, made_by, reason, view, grid, trees, means)


def _reasons(grid: Grid, made_by: list[str], of_all: str | None) -> list[str | None]:
    """Why each series got less than everything; None where it didn't."""
    out: list[str | None] = [
        _joined("baseline better on held-out days" if name in BASELINES else None, of_all) for name in made_by
    ]
    told = known_periods(grid, grid.n_known)
    for row in np.flatnonzero(told < YOUNG_PERIODS[grid.period_days]):
        began = grid.start[row] < grid.n_known
        none = "demand was never known" if began else "no history"
        own = f"only {told[row]} periods of history" if told[row] else none
        out[row] = _joined(own, of_all)
    return out


def _joined(own: str | None, of_all: str | None) -> str | None:
    return "; ".join(reason for reason in (own, of_all) if reason) or None


def _recoded(grid: Grid, labels: dict[str, list[str]]) -> Grid:
    """Give the statics the codes that the fit knew; what it didn't know is missing to the trees."""
    statics: dict[str, Singles] = {}
    for name, values in grid.statics.items():
        own, kept = grid.labels[name], labels[name]
        if own.size and [str(label) for label in own] != kept:
            code = {label: index for index, label in enumerate(kept)}
            known = np.array([code.get(str(label), np.nan) for label in own], dtype=np.float32)
            statics[name] = known[values.astype(np.int64)]
        else:
            statics[name] = values
    return replace(grid, statics=statics)
