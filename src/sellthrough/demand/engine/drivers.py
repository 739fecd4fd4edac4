r"""What makes a forecast: its base, and what season, events, drivers and trend add to it.

All but the baselines multiply: :math:`\mu = b \exp(\sum_f l_f)`, with the base :math:`b` what the series
sells on an average day with no event and every driver neutral. The calendar's :math:`l_f` are its own
terms. Those of the trees are what their sum changes by when a family's columns go from neutral to what
they are, family after family, averaged over the order and its reverse: nothing for a driver that is
neutral, exact in sum. What is left of the logarithm is trend: levels that change, and totals that were
scaled. The difference :math:`\mu - b` is then split by logarithmic means (LMDI-I; Ang, 2004, 2015),

.. math:: c_f = \frac{\mu - b}{\ln \mu - \ln b}\, l_f ,

which adds up exactly.
"""

__all__ = ["explain"]

import numpy as np
from numpy.typing import NDArray

from .families import DRIVER_FAMILIES, FAMILIES, family_of, neutral_values
from .grid import Grid
from .origin_features import OriginView, row_chunks
from .trees import Trees

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_WEEK = 7
# By how much a driver may differ from neutral, relative to its size, and still be neutral.
_NEUTRAL_SHARE = 1e-5


def explain(
    grid: Grid,
    view: OriginView,
    trees: Trees | None,
    means: dict[str, Floats],
    method: list[str],
    mean: Floats,
    threads: int,
) -> dict[str, Floats]:
    """Split the shipped means into what drives them.

    Parameters
    ----------
    grid, view, trees
        What the means were made from.
    means
        By method, shape (n, H), units.
    method
        What made the means, by series.
    mean
        The shipped means, shape (n, H).
    threads
        Threads of the trees.

    Returns
    -------
    dict of str to numpy.ndarray
        By family (`FAMILIES`), shape (n, H), units; they add up to `mean`.
    """
    out = {name: np.zeros(mean.shape) for name in FAMILIES}
    steps = np.arange(grid.ahead)
    neutral = {name: neutral_values(grid, name) for name in grid.known}
    of_method = np.array(method)
    multiplies = np.isin(of_method, ("level", "trees", "level_and_trees"))
    uses_trees = np.isin(of_method, ("trees", "level_and_trees")) & (trees is not None)
    for rows in row_chunks(grid.n_series, grid.ahead):
        for name in set(of_method[rows[~multiplies[rows]]]):
            still = rows[of_method[rows] == name]
            base = np.repeat(_of_season(means[name][still], grid.period_days)[:, None], grid.ahead, axis=1)
            out["base"][still], out["season"][still] = base, means[name][still] - base
        logs, base = _calendar_logs(grid, view, steps, rows, neutral)
        for name, moved in _split(base, means["level"][rows], logs).items():
            out[name][rows] += np.where((multiplies & (of_method != "trees"))[rows, None], moved, 0.0)
        treed = rows[uses_trees[rows]]
        if treed.size and trees is not None:
            chosen = uses_trees[rows]
            logs = {name: values[chosen] for name, values in logs.items()}
            for name, values in _tree_logs(grid, view, trees, steps, treed, neutral, threads).items():
                logs[name] = logs[name] + values if name in logs else values
            half = np.where(of_method[treed] == "level_and_trees", 0.5, 1.0)[:, None]
            for name, moved in _split(base[chosen], means["trees"][treed], logs).items():
                out[name][treed] = out[name][treed] * (1.0 - half) + moved * half
    # a series that sells nothing has no parts, and what was scaled afterwards is trend
    nothing = mean.sum(axis=1) <= 0
    for values in out.values():
        values[nothing] = 0.0
    out["trend"] += mean - np.sum(list(out.values()), axis=0)
    return out


def _of_season(mean: Floats, period_days: int) -> Floats:
    """Mean over the last full season of a forecast, shape (n,)."""
    season = _WEEK // period_days
    return np.asarray(mean[:, -season:].mean(axis=1))


def _split(base: Floats, mean: Floats, logs: dict[str, Floats]) -> dict[str, Floats]:
    """Split mean less base by logarithmic means; the rest of the logarithm is trend."""
    ratio = np.log(np.maximum(mean, 1e-300)) - np.log(base)
    scale = np.divide(mean - base, ratio, out=base.copy(), where=np.abs(ratio) > 1e-9)
    out = {name: scale * values for name, values in logs.items()}
    out["trend"] = mean - base - sum(out.values())
    out["base"] = base
    return out


def _is_neutral(grid: Grid, family: str, at: slice, rows: Ints, neutral: dict[str, Floats]) -> Bools:
    """Where all drivers of a family are neutral, shape (m, H)."""
    out = np.ones((rows.size, grid.ahead), dtype=bool)
    for name, usual in neutral.items():
        if family_of(name) == family:
            spare = _NEUTRAL_SHARE * (1.0 + np.abs(usual[rows]))[:, None]
            out &= np.abs(grid.known[name][rows, at] - usual[rows, None]) <= spare
    return out


def _calendar_logs(
    grid: Grid, view: OriginView, steps: Ints, rows: Ints, neutral: dict[str, Floats]
) -> tuple[dict[str, Floats], Floats]:
    """Logarithms of the calendar's families, and the base, each of shape (m, H)."""
    at = slice(view.origin, view.origin + grid.ahead)
    group, effects = grid.group[rows], view.effects
    logs = {name: part[group, at].astype(np.float64) for name, part in effects.parts.items()}
    constant = effects.total[group, at] - sum(logs.values())
    for family in DRIVER_FAMILIES:
        if family in logs:
            # what the group's drivers do to a series whose own are neutral is no effect of its own
            logs[family] = np.where(_is_neutral(grid, family, at, rows, neutral), 0.0, logs[family])
    logs["season"] += np.log(view.profile(steps, rows))
    base = view.level[rows, None] * np.exp(constant)
    return logs, np.asarray(base)


def _tree_logs(
    grid: Grid,
    view: OriginView,
    trees: Trees,
    steps: Ints,
    rows: Ints,
    neutral: dict[str, Floats],
    threads: int,
) -> dict[str, Floats]:
    """Logarithms of the trees' families, each of shape (m, H)."""
    columns, _ = view.columns(steps, rows)
    at = slice(view.origin, view.origin + grid.ahead)
    families = {family_of(name) for name in (*neutral, *grid.past)}
    lately = {family_of(name) for name in grid.past}
    active = {
        family: ~_is_neutral(grid, family, at, rows, neutral).T.ravel() | (family in lately)
        for family in DRIVER_FAMILIES
        if family in families
    }
    still = columns
    for name, usual in neutral.items():
        still = view.with_driver(still, name, usual[rows], rows)
    for name in grid.past:
        still = view.with_past(still, name, neutral_values(grid, name)[rows], rows)
    own = {family: np.flatnonzero(np.isin(view.names, _columns_of(grid, view, family))) for family in active}
    calm = trees.log_factor(still, threads)
    out: dict[str, Floats] = {family: np.zeros(calm.size) for family in active}
    for order in (list(active), list(active)[::-1]):
        before, state = calm.copy(), still.copy()
        for family in order:
            moved = np.flatnonzero(active[family])
            state[moved[:, None], own[family]] = columns[moved[:, None], own[family]]
            after = before.copy()
            after[moved] = trees.log_factor(state[moved], threads)
            out[family] += (after - before) / 2
            before = after
    shape = (steps.size, rows.size)
    logs = {family: values.reshape(shape).T for family, values in out.items()}
    logs["season"] = _within_week(calm.reshape(shape).T) if grid.period_days == 1 else np.zeros(shape[::-1])
    return logs


def _columns_of(grid: Grid, view: OriginView, family: str) -> list[str]:
    """Features that hold a family's state in a period, or before it."""
    known = [name for name in grid.known if family_of(name) == family]
    past = [name for name in grid.past if family_of(name) == family]
    return [
        *(f"{name}{ending}" for name in known for ending in ("", "_change", "_response")),
        *(column for name in past for column in view.past_columns(name)),
    ]


def _within_week(values: Floats) -> Floats:
    """Deviation from the mean of the same seven periods ahead, shape (n, H); a last part week is joined."""
    ahead = values.shape[1]
    whole = max(ahead // _WEEK, 1)
    week = np.minimum(np.arange(ahead) // _WEEK, whole - 1)
    out = values.copy()
    for number in range(whole):
        inside = week == number
        out[:, inside] -= values[:, inside].mean(axis=1, keepdims=True)
    return out
