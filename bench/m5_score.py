"""How the M5 competition weighs forecasts of daily sales: twelve levels, scaled errors, nine quantiles."""

from __future__ import annotations

__all__ = ["LEVELS", "QUANTILES", "Scores", "score_means", "score_quantiles"]

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUANTILES = (0.005, 0.025, 0.165, 0.25, 0.5, 0.75, 0.835, 0.975, 0.995)
LEVELS = (
    *("L1 total", "L2 state", "L3 store", "L4 category", "L5 department"),
    *("L6 state x category", "L7 state x department", "L8 store x category", "L9 store x department"),
    *("L10 item", "L11 item x state", "L12 item x store"),
)
_RECENT_DAYS = 28


@dataclass(frozen=True)
class Scores:
    """Scaled pinball loss by quantile at L12, and what share of days lay below each quantile, or at it."""

    pinball: Floats
    at_most: Floats
    below: Floats


def _levels(items: NDArray[Any], stores: NDArray[Any]) -> list[Ints]:
    """Code of each series at each level; an item is CATEGORY_DEPARTMENT_NUMBER, a store STATE_STORE."""
    state = np.array([store.split("_")[0] for store in stores])
    category = np.array([item.split("_")[0] for item in items])
    department = np.array([item.rsplit("_", 1)[0] for item in items])
    keys: list[tuple[NDArray[Any], ...]] = [
        (),
        (state,),
        (stores,),
        (category,),
        (department,),
        (state, category),
        (state, department),
        (stores, category),
        (stores, department),
        (items,),
        (items, state),
        (items, stores),
    ]
    out: list[Ints] = []
    for parts in keys:
        joined = (
            np.array(["|".join(key) for key in zip(*parts, strict=True)])
            if parts
            else np.full(items.size, "")
        )
        out.append(np.unique(joined, return_inverse=True)[1].astype(np.int64))
    return out


def _summed(values: Floats, codes: Ints) -> Floats:
    out = np.zeros((int(codes.max()) + 1, values.shape[1]))
    np.add.at(out, codes, values)
    return out


def _scale(history: Floats, power: int) -> tuple[Floats, Floats]:
    """Mean daily change since the first sale, squared or absolute, and the share of the last days' units."""
    started = (history > 0).any(axis=1)
    first = np.where(started, np.argmax(history > 0, axis=1), history.shape[1])
    inside = np.arange(1, history.shape[1])[None, :] > first[:, None]
    change = np.abs(np.diff(history, axis=1)) ** power
    count = inside.sum(axis=1)
    scale = np.divide((change * inside).sum(axis=1), count, out=np.zeros(count.size), where=count > 0)
    weight = history[:, -_RECENT_DAYS:].sum(axis=1)
    return scale, weight / weight.sum()


def score_means(
    items: NDArray[Any], stores: NDArray[Any], history: Floats, actual: Floats, mean: Floats
) -> dict[str, float]:
    """Weighted root mean squared scaled error by level.

    Parameters
    ----------
    items, stores
        Names by series, shape (n,).
    history
        Units up to the origin, shape (n, T).
    actual, mean
        Units after it and their forecast, shape (n, H).

    Returns
    -------
    dict of str to float
        By level, in `LEVELS`' order.
    """
    out: dict[str, float] = {}
    for name, codes in zip(LEVELS, _levels(items, stores), strict=True):
        scale, weight = _scale(_summed(history, codes), 2)
        error = ((_summed(actual, codes) - _summed(mean, codes)) ** 2).mean(axis=1)
        usable = (scale > 0) & (weight > 0)
        out[name] = float((weight[usable] * np.sqrt(error[usable] / scale[usable])).sum())
    return out


def score_quantiles(history: Floats, actual: Floats, quantiles: Floats) -> Scores:
    """Weighted scaled pinball loss and coverage at the level of item and store.

    Parameters
    ----------
    history
        Units up to the origin, shape (n, T).
    actual
        Units after it, shape (n, H).
    quantiles
        At `QUANTILES`, shape (n, H, 9).

    Returns
    -------
    Scores
        Each of shape (9,).
    """
    levels = np.asarray(QUANTILES)
    scale, weight = _scale(history, 1)
    miss = actual[:, :, None] - quantiles
    loss = np.maximum(levels * miss, (levels - 1.0) * miss).mean(axis=1)
    usable = (scale > 0) & (weight > 0)
    pinball = (weight[usable, None] * loss[usable] / scale[usable, None]).sum(axis=0)
    at_most = (actual[:, :, None] <= quantiles).mean(axis=(0, 1))
    below = (actual[:, :, None] < quantiles).mean(axis=(0, 1))
    return Scores(pinball, at_most, below)
