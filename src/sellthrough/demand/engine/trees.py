"""One gradient-boosted model of counts over all series (LightGBM, Ke et al., 2017)."""

__all__ = ["Trees", "fit_trees", "trees_missing"]

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .origin_features import OriginFeatures
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
_PREDICTED_AT_ONCE = 400_000


def trees_missing() -> str | None:
    """Return why LightGBM can't be used here, or None if it can."""
    try:
        import lightgbm  # noqa: F401
    except ImportError as error:
        return f"LightGBM is not installed ({error}): install it with pip."
    except OSError as error:
        return f"LightGBM's library can't be loaded ({error}): install the system package libgomp1."
    return None


@dataclass(frozen=True)
class Trees:
    """A fitted model and its columns."""

    booster: Any
    threads: int

    def factor(self, features: Singles) -> Floats:
        """Return by how much the base forecast is to be multiplied, shape (rows,)."""
        out = np.empty(features.shape[0])
        for first in range(0, features.shape[0], _PREDICTED_AT_ONCE):
            part = slice(first, first + _PREDICTED_AT_ONCE)
            out[part] = self.booster.predict(features[part], raw_score=True, num_threads=self.threads)
        return np.asarray(np.exp(np.clip(out, -5.0, 5.0)))


def training_origins(grid: Grid) -> Ints:
    """Origins to learn from, ascending: a week apart, the last a week before the end."""
    days = int((grid.periods[1] - grid.periods[0]).astype(np.int64)) if grid.periods.size > 1 else 1
    step = max(_ORIGIN_STEP_DAYS // days, 1)
    latest = grid.n_known - step
    earliest = min(_PAST_DAYS, max(_LEAST_PAST_DAYS, grid.n_known * days // 3)) // days
    return np.arange(latest, earliest - 1, -step, dtype=np.int64)[::-1]


def fit_trees(
    grid: Grid, features: OriginFeatures, settings: EngineSettings
) -> tuple[Trees | None, str | None]:
    """Learn what the base forecast misses, from forecasts of the past at many origins.

    The target is a count with mean `base * exp(trees)` (Poisson), so trees learn ratios, and rows of
    event periods are left out: an event is the calendar's affair, and a thing seen once is no rule.

    Parameters
    ----------
    grid
        History up to the origin.
    features
        Features of that grid.
    settings
        Size, seed, threads.

    Returns
    -------
    Trees or None
        The model, or None with the reason.
    """
    reason = trees_missing()
    if reason is not None:
        return None, reason
    origins = training_origins(grid)
    # Long horizons need origins that lie further back, not more of them.
    whole = origins[origins <= grid.n_known - min(grid.ahead, 28 if grid.ahead > 28 else grid.ahead)]
    origins = whole[-_ORIGINS:]
    if origins.size < _LEAST_ORIGINS:
        return None, f"history too short for trees: {grid.n_known} periods"
    rng = np.random.default_rng(settings.seed)
    per_origin = settings.most_rows // origins.size
    blocks: list[tuple[Singles, Floats, Floats, Floats]] = []
    for origin in origins:
        steps = _quiet_steps(grid, int(origin))
        rows = np.flatnonzero(grid.start < origin)
        if steps.size == 0 or rows.size == 0:
            continue
        take = max(1, min(steps.size, per_origin // max(rows.size, 1)))
        steps = np.sort(rng.choice(steps, take, replace=False))
        if rows.size * take > per_origin:
            rows = np.sort(rng.choice(rows, max(per_origin // take, 1), replace=False))
        columns, base = features.at(int(origin), steps, rows)
        actual = np.concatenate([grid.units[rows, origin + step] for step in steps]).astype(np.float64)
        weight = np.concatenate([grid.weight[rows, origin + step] for step in steps]).astype(np.float64)
        known = weight > 0
        blocks.append((columns[known], base[known], actual[known], weight[known]))
    if not blocks or sum(block[1].size for block in blocks) < _LEAST_ROWS:
        return None, "too few known periods for trees"
    columns = np.concatenate([block[0] for block in blocks])
    base, actual, weight = (np.concatenate([block[k] for block in blocks]) for k in (1, 2, 3))
    return _boosted(columns, base, actual, weight, features, settings), None


def _quiet_steps(grid: Grid, origin: int) -> Ints:
    """Periods ahead of an origin that are known and no event."""
    last = min(grid.n_known - origin, max(grid.ahead, 1))
    steps = np.arange(last, dtype=np.int64)
    eventful = np.zeros(last, dtype=bool)
    if grid.periods.size > 1 and (grid.periods[1] - grid.periods[0]).astype(np.int64) == 1:
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
    features: OriginFeatures,
    settings: EngineSettings,
) -> Trees:
    import lightgbm

    data = lightgbm.Dataset(
        columns,
        actual,
        weight=weight * np.maximum(base, _LEAST_WEIGHT) ** _WEIGHT_POWER,
        init_score=np.log(np.maximum(base, 1e-6)),
        feature_name=features.names,
        categorical_feature=features.categories,
        free_raw_data=True,
        params={"max_bin": 127, "verbose": -1},
    )
    parameters = {
        "objective": "poisson",
        "poisson_max_delta_step": 0.7,
        "learning_rate": 0.08,
        "num_leaves": _LEAVES,
        "min_data_in_leaf": int(np.clip(columns.shape[0] // 200, 20, _LEAF_ROWS)),
        "feature_fraction": 0.7,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "max_bin": 127,
        "verbose": -1,
        "num_threads": settings.threads,
        "seed": settings.seed,
        # the same bits whatever the number of threads
        "deterministic": True,
        "force_row_wise": True,
    }
    booster = lightgbm.train(parameters, data, num_boost_round=settings.rounds)
    return Trees(booster, settings.threads)
