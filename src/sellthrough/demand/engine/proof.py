"""Forecasts of the past from several origins, by every method of the menu."""

__all__ = ["METHODS", "MODELS", "Look", "look_ahead", "looks_back", "proof_origins"]

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .baselines import BASELINES, baselines
from .calendar_effects import calendar_effects
from .grid import Grid
from .intermittent import INTERMITTENT, intermittent
from .origin_features import OriginView, row_chunks
from .settings import EngineSettings
from .trees import Trees, fit_trees

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

# Origins lie a month apart, at most so many of them, each with at least so much past; a history that is
# too short for that is held out in steps of the horizon, or of a week.
_STEP_DAYS, _MOST_ORIGINS = 28, 3
_LEAST_PAST_DAYS, _LEAST_SHORT_PAST_DAYS = 98, 49
# For longer windows two earlier origins are added, if so much past remains before them.
_LONGEST_WINDOW_DAYS, _LONG_PAST_DAYS = 91, 182
# Groups' totals are the geometric mean of the trees' and the calendar's.
_TOTALS_SHARE = 0.5
# The flat level is there to show what the calendar adds to it.
MODELS = ("flat_level", "level", "trees", "level_and_trees")
METHODS = (*BASELINES, *INTERMITTENT, *MODELS)


@dataclass(frozen=True)
class Look:
    """One origin's forecasts.

    Attributes
    ----------
    origin, ahead
        Periods known, and periods forecast from there.
    view
        What was known there.
    means
        By method, shape (n, ahead), units.
    """

    origin: int
    ahead: int
    view: OriginView
    means: dict[str, NDArray[np.floating]]


def proof_origins(grid: Grid, settings: EngineSettings) -> list[int]:
    """Origins to forecast the past from, ascending; none if history is too short.

    Two to three lie a month apart before the end, or a horizon in a short history. Where a window is
    longer than these can measure twice,
    two more lie far enough back for it.

    Parameters
    ----------
    grid
        History.
    settings
        Windows.

    Returns
    -------
    list of int
        Periods known at each.
    """
    days = grid.period_days
    step = max(_STEP_DAYS // days, 1)
    reach = min(max(grid.ahead, step), _MOST_ORIGINS * step)
    count = min(max(-(-reach // step), 2), _MOST_ORIGINS)
    if (grid.n_known - count * step) * days < _LEAST_PAST_DAYS:
        short = min(max(grid.ahead, 7 // days, 1), step)
        count = min((grid.n_known - _LEAST_SHORT_PAST_DAYS // days) // short, _MOST_ORIGINS)
        return [grid.n_known - number * short for number in range(count, 0, -1)]
    back = list(range(count, 0, -1))
    longest = max((w for w in settings.windows if w * days <= _LONGEST_WINDOW_DAYS), default=0)
    for far in range(-(-longest // step) + 1, count, -1):
        if (grid.n_known - far * step) * days >= _LONG_PAST_DAYS:
            back = sorted({far, far - 1, 2, 1}, reverse=True)
            break
    return [grid.n_known - number * step for number in back]


def looks_back(grid: Grid, origins: list[int], settings: EngineSettings) -> tuple[list[Look], str | None]:
    """Forecast the past from each origin, with trees that were learnt before the first.

    Parameters
    ----------
    grid
        History.
    origins
        Periods known, ascending.
    settings
        Size of the model, threads.

    Returns
    -------
    looks
        One per origin.
    reason
        Why there were no trees, if so.
    """
    past = grid.until(origins[0], min(grid.ahead, grid.n_known - origins[0]))
    trees, reason = fit_trees(past, calendar_effects(past), settings)
    # what lies beyond every window that is measured proves nothing more
    days = grid.period_days
    measured = [window for window in settings.windows if window * days <= _LONGEST_WINDOW_DAYS]
    reach = max([_STEP_DAYS // days, *measured])

    def look(origin: int) -> Look:
        ahead = min(grid.ahead, grid.n_known - origin, reach)
        known = grid.until(origin, ahead)
        view = OriginView(known, calendar_effects(known), origin)
        means = look_ahead(known, view, trees, settings)
        return Look(origin, ahead, view, {name: mean.astype(np.float32) for name, mean in means.items()})

    with ThreadPoolExecutor(settings.threads) as pool:
        return list(pool.map(look, origins)), reason


def look_ahead(
    grid: Grid, view: OriginView, trees: Trees | None, settings: EngineSettings
) -> dict[str, Floats]:
    """Every method's forecast of all periods after a view's origin.

    Parameters
    ----------
    grid
        The view's grid.
    view
        What is known at the origin.
    trees
        The model, if there is one.
    settings
        Threads.

    Returns
    -------
    dict of str to numpy.ndarray
        By method, shape (n, H), units.
    """
    shape = (grid.n_series, grid.ahead)
    steps = np.arange(grid.ahead)
    level, free = np.empty(shape), np.empty(shape)
    for rows in row_chunks(*shape):
        columns, base = view.columns(steps, rows)
        level[rows] = base.reshape(grid.ahead, rows.size).T
        if trees is not None:
            made = base * trees.factor(columns, settings.threads)
            free[rows] = made.reshape(grid.ahead, rows.size).T
    flat = {**intermittent(grid, view.origin), "flat_level": view.level}
    means = baselines(grid, view.origin, grid.ahead)
    means |= {name: np.broadcast_to(values[:, None], shape) for name, values in flat.items()}
    means["level"] = level
    if trees is not None:
        means["trees"] = _with_totals(free, level, grid.group)
        means["level_and_trees"] = (level + means["trees"]) / 2
    return means


def _with_totals(free: Floats, level: Floats, group: Ints) -> Floats:
    """Scale forecasts so that each group's total lies between its own and that of the levels."""
    size = int(group.max()) + 1
    own, calm = np.zeros((size, free.shape[1])), np.zeros((size, free.shape[1]))
    np.add.at(own, group, free)
    np.add.at(calm, group, level)
    factor = np.divide(calm, own, out=np.ones_like(own), where=own > 0) ** _TOTALS_SHARE
    return np.asarray(free * factor[group])
