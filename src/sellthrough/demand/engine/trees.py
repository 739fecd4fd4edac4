"""One gradient-boosted model of counts over all series (LightGBM, Ke et al., 2017)."""

__all__ = ["Trees", "fit_trees"]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import boosters
from .boosters import Booster, TreesFailedError, boosted
from .calendar_effects import CalendarEffects
from .grid import Grid
from .origin_features import OriginView
from .settings import EngineSettings

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

# A model learns from origins a week apart, at most so many, each with at least so much past, or with a
# third of a short history, but never less than the least.
_ORIGINS, _ORIGIN_STEP_DAYS, _PAST_DAYS, _LEAST_PAST_DAYS = 14, 7, 98, 28
_LEAST_ORIGINS, _LEAST_ROWS = 3, 2_000
# Big sellers matter more to the sum of squared errors than to a Poisson likelihood.
_WEIGHT_POWER, _LEAST_WEIGHT = 0.5, 0.05
_LEAF_ROWS, _LEAVES = 200, 63
# Trees times their learning rate: fewer trees learn faster.
_LEARNT = 9.0
# Long horizons need origins that lie further back, not more of them: up to here an origin has them all.
_WHOLE_AHEAD_DAYS = 28
_LOG_RANGE = (-5.0, 5.0)


@dataclass(frozen=True)
class Trees:
    """A fitted model and the names of its columns."""

    booster: Booster
    names: tuple[str, ...]

    def factor(self, features: Singles, threads: int) -> Floats:
        """Return by how much the base forecast is to be multiplied, shape (rows,)."""
        return np.asarray(np.exp(self.log_factor(features, threads)))

    def log_factor(self, features: Singles, threads: int) -> Floats:
        """Return the logarithm of that factor, shape (rows,)."""
        return np.asarray(np.clip(self.booster.raw(features, threads), *_LOG_RANGE))


def training_origins(grid: Grid) -> Ints:
    """Origins to learn from, ascending: a week apart, and far enough from the end."""
    days = grid.period_days
    step = max(_ORIGIN_STEP_DAYS // days, 1)
    earliest = min(_PAST_DAYS, max(_LEAST_PAST_DAYS, grid.n_known * days // 3)) // days
    origins = np.arange(grid.n_known - step, earliest - 1, -step, dtype=np.int64)[::-1]
    whole = min(grid.ahead, max(_WHOLE_AHEAD_DAYS // days, 1))
    return origins[origins <= grid.n_known - whole][-_ORIGINS:]


def fit_trees(
    grid: Grid, effects: CalendarEffects, settings: EngineSettings
) -> tuple[Trees | None, str | None]:
    """Learn what the base forecast misses, from forecasts of the past at many origins.

    The target is a count with mean `base * exp(trees)` (Poisson), so trees learn ratios, and rows of
    event periods are left out: an event is the calendar's affair, and a thing seen once is no rule.

    Parameters
    ----------
    grid
        History up to the origin.
    effects
        What the calendar does to that grid.
    settings
        Size, seed, threads.

    Returns
    -------
    Trees or None
        The model, or None with the reason.
    """
    reason = boosters.trees_missing()
    if reason is not None:
        return None, reason
    origins = training_origins(grid)
    if origins.size < _LEAST_ORIGINS:
        return None, f"history too short for trees: {grid.n_known} periods"
    rng = np.random.default_rng(settings.seed)
    per_origin = settings.most_rows // origins.size
    blocks: list[tuple[Singles, Floats, Floats, Floats]] = []
    view: OriginView | None = None
    for origin in origins:
        steps = _quiet_steps(grid, int(origin))
        rows = np.flatnonzero(grid.start < origin)
        if steps.size == 0 or rows.size == 0:
            continue
        take = max(1, min(steps.size, per_origin // max(rows.size, 1)))
        steps = np.sort(rng.choice(steps, take, replace=False))
        if rows.size * take > per_origin:
            rows = np.sort(rng.choice(rows, max(per_origin // take, 1), replace=False))
        view = OriginView(grid, effects, int(origin))
        columns, base = view.columns(steps, rows)
        actual = np.concatenate([grid.units[rows, origin + step] for step in steps]).astype(np.float64)
        weight = np.concatenate([grid.weight[rows, origin + step] for step in steps]).astype(np.float64)
        known = weight > 0
        blocks.append((columns[known], base[known], actual[known], weight[known]))
    if view is None or sum(block[1].size for block in blocks) < _LEAST_ROWS:
        return None, "too few known periods for trees"
    columns = np.concatenate([block[0] for block in blocks])
    base, actual, weight = (np.concatenate([block[k] for block in blocks]) for k in (1, 2, 3))
    try:
        text = _boosted(columns, base, actual, weight, view, settings)
    except TreesFailedError as error:
        return None, str(error)
    return Trees(Booster(text), tuple(view.names)), None


def _quiet_steps(grid: Grid, origin: int) -> Ints:
    """Periods ahead of an origin that are known and no event."""
    last = min(grid.n_known - origin, max(grid.ahead, 1))
    steps = np.arange(last, dtype=np.int64)
    eventful = np.zeros(last, dtype=bool)
    if grid.period_days == 1:
        for events in grid.events:
            for periods in events.values():
                inside = periods[(periods >= origin) & (periods < origin + last)]
                eventful[inside - origin] = True
    return steps[~eventful]


def _boosted(
    columns: Singles,
    base: Floats,
    actual: Floats,
    weight: Floats,
    view: OriginView,
    settings: EngineSettings,
) -> str:
    import lightgbm

    data = lightgbm.Dataset(
        columns,
        actual,
        weight=weight * np.maximum(base, _LEAST_WEIGHT) ** _WEIGHT_POWER,
        init_score=np.log(np.maximum(base, 1e-6)),
        feature_name=view.names,
        categorical_feature=view.categories,
        free_raw_data=True,
        params={"max_bin": 127, "verbose": -1},
    )
    parameters = {
        "objective": "poisson",
        "poisson_max_delta_step": 0.7,
        "learning_rate": float(np.clip(_LEARNT / settings.rounds, 0.02, 0.2)),
        "num_leaves": _LEAVES,
        "min_data_in_leaf": int(np.clip(columns.shape[0] // 200, 20, _LEAF_ROWS)),
        "feature_fraction": 0.3,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "max_bin": 127,
    }
    return boosted(data, parameters, settings.rounds, settings)
