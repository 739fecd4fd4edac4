"""The laws of periods, of windows' sums and of groups' totals, learnt from forecasts of the past."""

__all__ = [
    "Laws",
    "Seen",
    "TotalsLaw",
    "learn_laws",
    "period_ratios",
    "seen_ahead",
    "unproven_laws",
    "window_ratio",
]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from .grid import Grid
from .origin_features import OriginView, row_chunks
from .settings import EngineSettings
from .spread import Recalibration, Spread, WindowSpread, fit_spread, fit_window, recalibrate

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_MOST_ROWS = 700_000
# A period counts as known if at least this share of it is.
KNOWN_SHARE = 0.5
# Lengths, in periods, over which totals are held against what came.
_TOTALS_OVER = (7, 14, 28)
# A group's level is never taken to be surer than this share of itself.
_LEAST_TOTAL_SHARE = 0.05


@dataclass(frozen=True)
class TotalsLaw:
    """Variance of a group's total: `ratio` times its series' variances plus `level` times its square."""

    ratio: float
    level: float

    def deviation(self, mean: Floats, variance: Floats) -> Floats:
        """Return the standard deviation of totals from their means and summed variances."""
        return np.asarray(np.sqrt(np.maximum(self.ratio * variance + self.level * mean**2, 1e-9)))


@dataclass(frozen=True)
class Laws:
    """What the held-out periods say of spread."""

    spread: Spread
    periods: Recalibration
    windows: dict[int, tuple[WindowSpread, Recalibration]]
    totals: TotalsLaw

    def of_window(self, window: int) -> tuple[WindowSpread, Recalibration]:
        """Return the law of the window, or of the next shorter one that could be measured."""
        measured = [length for length in self.windows if length <= window]
        return self.windows[max(measured)] if measured else self.windows[min(self.windows)]


@dataclass(frozen=True)
class Seen:
    """One origin's shipped forecast beside what came.

    Attributes
    ----------
    view
        What was known at the origin.
    mean
        Shape (n, ahead), units.
    actual
        Shape (n, ahead), units.
    is_known
        Where the actual is known and the series had begun, shape (n, ahead).
    group
        Code of each series' group, shape (n,).
    """

    view: OriginView
    mean: Floats
    actual: Singles
    is_known: Bools
    group: Ints


def seen_ahead(grid: Grid, view: OriginView, mean: Floats) -> Seen:
    """Put what came beside a forecast of the past; shape of `mean` (n, ahead)."""
    after = slice(view.origin, view.origin + mean.shape[1])
    is_known = (grid.weight[:, after] >= KNOWN_SHARE) & (grid.start < view.origin)[:, None]
    return Seen(view, mean, grid.units[:, after], is_known, grid.group)


def unproven_laws(settings: EngineSettings) -> Laws:
    """Wide laws for a history without a proof."""
    nominal = Recalibration(np.zeros(0), np.asarray(settings.levels)[None, :])
    totals = TotalsLaw(1.0, 0.1)
    return Laws(Spread(None, 2.0), nominal, {1: (WindowSpread(1.0, 0.1), nominal)}, totals)


def period_ratios(spread: Spread, view: OriginView, mean: Floats, threads: int) -> Floats:
    """Variance over mean of each period.

    Parameters
    ----------
    spread
        The law.
    view
        What is known at the origin.
    mean
        Shape (n, ahead), units.
    threads
        Threads of the trees.

    Returns
    -------
    numpy.ndarray
        Shape (n, ahead).
    """
    n_series, ahead = mean.shape
    out, steps = np.empty(mean.shape), np.arange(ahead)
    if spread.booster is None:
        return np.full(mean.shape, spread.constant)
    for rows in row_chunks(n_series, ahead):
        columns, _ = view.columns(steps, rows)
        out[rows] = spread.ratio(columns, mean[rows].T.ravel(), threads).reshape(ahead, rows.size).T
    return out


def window_ratio(mean: Floats, ratio: Floats) -> Floats:
    """Variance over mean of the periods within a window, weighted by their means, shape (n,)."""
    total = mean.sum(axis=1)
    return np.asarray(np.divide((mean * ratio).sum(axis=1), total, out=ratio.mean(axis=1), where=total > 0))


def learn_laws(seen: list[Seen], settings: EngineSettings) -> Laws:
    """Learn from shipped forecasts of the past and what came.

    Parameters
    ----------
    seen
        One per origin.
    settings
        Windows, levels, seed, threads.

    Returns
    -------
    Laws
        A window that no origin could measure has none of its own.
    """
    spread = fit_spread(*_sample(seen, settings), settings)
    ratios = [period_ratios(spread, one.view, one.mean, settings.threads) for one in seen]
    mean, ratio, actual = (
        np.concatenate(parts)
        for parts in zip(
            *(
                (one.mean[one.is_known], r[one.is_known], one.actual[one.is_known])
                for one, r in zip(seen, ratios, strict=True)
            ),
            strict=True,
        )
    )
    periods = recalibrate(mean, np.maximum(ratio * mean, mean), actual.astype(np.float64), settings)
    windows: dict[int, tuple[WindowSpread, Recalibration]] = {}
    for window in settings.windows:
        total, own, came = _window_sums(seen, ratios, window)
        if total.size:
            law = fit_window(total, own, came)
            windows[window] = (law, recalibrate(total, law.variance(total, own), came, settings))
    if not windows:
        windows[1] = (WindowSpread(1.0, 0.0), periods)
    return Laws(spread, periods, windows, _totals_law(seen, ratios))


def _sample(seen: list[Seen], settings: EngineSettings) -> tuple[Singles, Floats, Floats]:
    """Features, means and what came of a share of the known periods."""
    rng = np.random.default_rng(settings.seed)
    share = min(_MOST_ROWS, settings.most_rows) / max(sum(int(one.is_known.sum()) for one in seen), 1)
    columns, means, actuals = [], [], []
    for one in seen:
        for step in range(one.mean.shape[1]):
            taken = one.is_known[:, step]
            if share < 1:
                taken = taken & (rng.random(taken.size) < share)
            rows = np.flatnonzero(taken)
            columns.append(one.view.columns(np.array([step]), rows)[0])
            means.append(one.mean[rows, step])
            actuals.append(one.actual[rows, step].astype(np.float64))
    return np.concatenate(columns), np.concatenate(means), np.concatenate(actuals)


def _window_sums(seen: list[Seen], ratios: list[Floats], window: int) -> tuple[Floats, Floats, Floats]:
    """Means, their periods' ratio and what came of each window that is known throughout."""
    sums, own, came = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    for one, ratio in zip(seen, ratios, strict=True):
        if window > one.mean.shape[1]:
            continue
        rows = one.is_known[:, :window].all(axis=1)
        sums.append(one.mean[rows, :window].sum(axis=1))
        own.append(window_ratio(one.mean[rows, :window], ratio[rows, :window]))
        came.append(one.actual[rows, :window].sum(axis=1, dtype=np.float64))
    return np.concatenate(sums), np.concatenate(own), np.concatenate(came)


def _totals_law(seen: list[Seen], ratios: list[Floats]) -> TotalsLaw:
    """Fit the variance of groups' totals over one, two and four weeks, by non-negative least squares."""
    rows: list[tuple[Floats, Floats, Floats]] = []
    for one, ratio in zip(seen, ratios, strict=True):
        for length in _TOTALS_OVER:
            if length > one.mean.shape[1]:
                continue
            known = one.is_known[:, :length]
            parts = (one.mean[:, :length], (one.mean * ratio)[:, :length], one.actual[:, :length])
            rows.append(tuple(np.bincount(one.group, (part * known).sum(axis=1)) for part in parts))  # type: ignore[arg-type]
    if not rows:
        return TotalsLaw(1.0, 0.1)
    mean, variance, actual = (np.concatenate([row[k] for row in rows]) for k in range(3))
    scale = 1.0 / (variance + 0.05 * mean**2 + 1e-9)
    columns = np.stack([variance, mean**2], axis=1) * scale[:, None]
    found, _ = nnls(columns, (actual - mean) ** 2 * scale)
    return TotalsLaw(max(float(found[0]), 1.0), max(float(found[1]), _LEAST_TOTAL_SHARE**2))
