"""The engine's way: calendar effects, levels, trees, proof on the past, laws of periods and sums."""

__all__ = ["EngineForecast", "MethodScore", "forecast_grid"]

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calendar_effects import calendar_effects
from .grid import Grid
from .origin_features import OriginFeatures
from .settings import EngineSettings
from .spread import Recalibration, Spread, WindowSpread, fit_spread, fit_window, recalibrate
from .trees import Trees, fit_trees

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

# Forecasts of the past are made a month apart, from at most so many origins; a history that is too short
# for that is held out in steps of the horizon, or of a week.
_PROOF_DAYS, _PROOF_ORIGINS = 28, 3
_LEAST_PAST_DAYS, _LEAST_SHORT_PAST_DAYS = 98, 49
# Groups' totals are the geometric mean of the trees' and the calendar's.
_TOTALS_SHARE = 0.5
_SEASONAL_WEEKS = 8
BASELINES = ("seasonal_naive", "weekday_mean")
METHODS = (*BASELINES, "level", "trees", "level_and_trees")


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


@dataclass(frozen=True)
class _Sight:
    """One origin's forecasts by method, and what the laws need, series by period."""

    means: dict[str, Floats]
    features: Singles


def forecast_grid(
    grid: Grid, settings: EngineSettings, say: Callable[[str], None] = lambda _: None
) -> EngineForecast:
    """Forecast every series of a panel.

    Parameters
    ----------
    grid
        History, drivers and events.
    settings
        Horizon, windows, levels, size of the model.
    say
        Called with one line per stage.

    Returns
    -------
    EngineForecast
        Whatever the panel holds: a series without history gets what its group's new series sell.
    """
    say(f"{grid.n_series:,} series x {grid.n_known} periods: forecasts of the past ...")
    proof = _prove(grid, settings)
    say("the forecast ...")
    effects = calendar_effects(grid)
    features = OriginFeatures(grid, effects)
    trees, reason = fit_trees(grid, features, settings)
    sight = _look(grid, features, trees, grid.n_known, grid.ahead)
    pattern = _patterns(grid)
    mean = np.zeros((grid.n_series, grid.ahead))
    method: list[str] = [""] * grid.n_series
    for code, name in enumerate(PATTERNS):
        rows = np.flatnonzero(pattern == code)
        chosen = proof.chosen[name] if proof.chosen[name] in sight.means else "level"
        mean[rows] = sight.means[chosen][rows]
        for row in rows:
            method[row] = chosen
    never = grid.weight.sum(axis=1) <= 0
    silent = ~never & (_recent_units(grid, grid.n_known) <= 0)
    mean[silent] = 0.0
    say("its laws ...")
    laws = proof.laws
    ratio = laws.spread.ratio(sight.features, mean.T.ravel()).reshape(grid.ahead, grid.n_series).T
    variance = np.maximum(ratio * mean, mean)
    quantiles = laws.periods.quantiles(mean.ravel(), variance.ravel())
    windows = {window: mean[:, :window].sum(axis=1) for window in settings.windows}
    window_variance, window_quantiles = {}, {}
    for window, total in windows.items():
        law, levels = laws.of_window(window)
        own = _mean_ratio(mean[:, :window], ratio[:, :window])
        window_variance[window] = law.variance(total, own)
        window_quantiles[window] = levels.quantiles(total, window_variance[window])
    reasons: list[str | None] = [reason or proof.reason] * grid.n_series
    for row in np.flatnonzero(never):
        method[row], reasons[row] = "like_items", "no history"
    for row in np.flatnonzero(silent):
        method[row], reasons[row] = "no_demand", "nothing sold for a year"
    return EngineForecast(
        mean=mean,
        variance=variance,
        quantiles=quantiles.reshape(grid.n_series, grid.ahead, len(settings.levels)),
        window_mean=windows,
        window_variance=window_variance,
        window_quantiles=window_quantiles,
        method=method,
        reason=reasons,
        scores=proof.scores,
    )


PATTERNS = ("smooth", "intermittent")
_INTERMITTENT_FROM = 1.32


def _patterns(grid: Grid) -> Ints:
    """0 where demand comes nearly every period, 1 where it has gaps (Syntetos, Boylan and Croston, 2005)."""
    known = (grid.weight[:, -182:] > 0).sum(axis=1)
    selling = ((grid.units[:, -182:] > 0) & (grid.weight[:, -182:] > 0)).sum(axis=1)
    return np.asarray(known > _INTERMITTENT_FROM * selling, dtype=np.int64)


def _recent_units(grid: Grid, origin: int) -> Floats:
    year = 365 // _days(grid)
    back = max(origin - year, 0)
    return np.asarray(
        (grid.units[:, back:origin] * grid.weight[:, back:origin]).sum(axis=1), dtype=np.float64
    )


def _days(grid: Grid) -> int:
    return int((grid.periods[1] - grid.periods[0]).astype(np.int64)) if grid.periods.size > 1 else 1


def _look(grid: Grid, features: OriginFeatures, trees: Trees | None, origin: int, ahead: int) -> _Sight:
    """Every method's forecast from one origin, shape (n, ahead)."""
    n = grid.n_series
    columns, base = features.at(origin, np.arange(ahead), np.arange(n))
    level = base.reshape(ahead, n).T
    means = {"level": level, **_baselines(grid, origin, ahead)}
    if trees is not None:
        free = (base * trees.factor(columns)).reshape(ahead, n).T
        means["trees"] = _with_totals(free, level, grid.group)
        means["level_and_trees"] = (level + means["trees"]) / 2
    return _Sight(means, columns)


def _with_totals(free: Floats, level: Floats, group: Ints) -> Floats:
    """Scale forecasts so that each group's total lies between its own and that of the levels."""
    size = int(group.max()) + 1
    own, calm = np.zeros((size, free.shape[1])), np.zeros((size, free.shape[1]))
    np.add.at(own, group, free)
    np.add.at(calm, group, level)
    factor = np.divide(calm, own, out=np.ones_like(own), where=own > 0) ** _TOTALS_SHARE
    return np.asarray(free * factor[group])


def _baselines(grid: Grid, origin: int, ahead: int) -> dict[str, Floats]:
    """Return a planner's forecasts: last week again, and the same weekday's mean over eight weeks."""
    season = 7 // _days(grid)
    weeks = min(_SEASONAL_WEEKS, max(origin // season, 1))
    span = grid.units[:, max(origin - weeks * season, 0) : origin].astype(np.float64)
    known = grid.weight[:, max(origin - weeks * season, 0) : origin] > 0
    short = weeks * season - span.shape[1]
    shape, before = (grid.n_series, weeks, season), ((0, 0), (short, 0))
    units = np.pad(span, before).reshape(shape)
    is_known = np.pad(known, before).reshape(shape)
    count = is_known.sum(axis=1)
    mean = np.divide((units * is_known).sum(axis=1), count, out=np.zeros(count.shape), where=count > 0)
    repeats = -(-ahead // season)
    return {
        "seasonal_naive": np.tile(units[:, -1], (1, repeats))[:, :ahead],
        "weekday_mean": np.tile(mean, (1, repeats))[:, :ahead],
    }


@dataclass(frozen=True)
class _Laws:
    """What the held-out periods say of spread."""

    spread: Spread
    periods: Recalibration
    windows: dict[int, tuple[WindowSpread, Recalibration]]

    def of_window(self, window: int) -> tuple[WindowSpread, Recalibration]:
        """Return the law of the window, or of the next shorter one that could be measured."""
        measured = [length for length in self.windows if length <= window]
        return self.windows[max(measured)] if measured else self.windows[min(self.windows)]


@dataclass(frozen=True)
class _Proof:
    chosen: dict[str, str]
    scores: list[MethodScore]
    laws: _Laws
    reason: str | None


def _prove(grid: Grid, settings: EngineSettings) -> _Proof:
    """Forecast the past from origins a month apart, choose by what came, and learn the laws from it."""
    step, n_origins = _proof_origins(grid)
    first = grid.n_known - n_origins * step
    if n_origins == 0:
        return _unproven(settings, f"history too short for a proof: {grid.n_known} periods")
    past = grid.until(first, step)
    trees, reason = fit_trees(past, OriginFeatures(past, calendar_effects(past)), settings)
    looks: list[tuple[int, int, _Sight]] = []
    for number in range(n_origins):
        origin = first + number * step
        ahead = min(grid.ahead, grid.n_known - origin)
        known = grid.until(origin, ahead)
        looks.append(
            (
                origin,
                ahead,
                _look(known, OriginFeatures(known, calendar_effects(known)), trees, origin, ahead),
            )
        )
    pattern = _patterns(grid.until(first, 1))
    chosen, scores = _choose(grid, looks, pattern, first)
    return _Proof(chosen, scores, _laws(grid, looks, pattern, chosen, settings), reason)


def _proof_origins(grid: Grid) -> tuple[int, int]:
    """Periods between the origins of the proof, and their number: 0 where nothing can be held out."""
    days = _days(grid)
    step = max(_PROOF_DAYS // days, 1)
    reach = min(max(grid.ahead, step), _PROOF_ORIGINS * step)
    count = min(max(-(-reach // step), 2), _PROOF_ORIGINS)
    if (grid.n_known - count * step) * days >= _LEAST_PAST_DAYS:
        return step, count
    short = min(max(grid.ahead, 7 // days, 1), step)
    count = min((grid.n_known - _LEAST_SHORT_PAST_DAYS // days) // short, _PROOF_ORIGINS)
    return short, max(count, 0)


def _unproven(settings: EngineSettings, reason: str) -> _Proof:
    nominal = Recalibration(np.zeros(0), np.asarray(settings.levels)[None, :])
    laws = _Laws(Spread(None, 2.0, settings.threads), nominal, {1: (WindowSpread(1.0, 0.1), nominal)})
    return _Proof(dict.fromkeys(PATTERNS, "level"), [], laws, reason)


def _choose(
    grid: Grid, looks: list[tuple[int, int, _Sight]], pattern: Ints, first: int
) -> tuple[dict[str, str], list[MethodScore]]:
    history = grid.units[:, :first].astype(np.float64)
    inside = np.arange(1, first)[None, :] > grid.start[:, None]
    count = inside.sum(axis=1)
    scale = np.divide(
        (np.diff(history, axis=1) ** 2 * inside).sum(axis=1), count, out=np.zeros(count.size), where=count > 0
    )
    month = max(_PROOF_DAYS // _days(grid), 1)
    weight = history[:, -month:].sum(axis=1)
    methods = [method for method in METHODS if all(method in look.means for _, _, look in looks)]
    chosen: dict[str, str] = {}
    scores: list[MethodScore] = []
    for code, name in enumerate(PATTERNS):
        rows = np.flatnonzero((pattern == code) & (scale > 0) & (weight > 0))
        reached: dict[str, tuple[float, float]] = {}
        for method in methods:
            errors, forecast, came = [], 0.0, 0.0
            for origin, ahead, look in looks:
                known = grid.weight[rows, origin : origin + ahead]
                actual = grid.units[rows, origin : origin + ahead]
                mean = look.means[method][rows]
                squared = ((mean - actual) ** 2 * known).sum(axis=1)
                errors.append(np.sqrt(squared / np.maximum(known.sum(axis=1), 1e-9) / scale[rows]))
                forecast, came = forecast + float((mean * known).sum()), came + float((actual * known).sum())
            size = weight[rows] / weight[rows].sum() if rows.size else weight[rows]
            rmsse = float((np.mean(errors, axis=0) * size).sum()) if rows.size else float("nan")
            reached[method] = (rmsse, forecast / came - 1 if came > 0 else float("nan"))
        chosen[name] = min(methods, key=lambda method: reached[method][0]) if rows.size else "level"
        scores += [
            MethodScore(method, name, *reached[method], int(rows.size), method == chosen[name])
            for method in methods
        ]
    return chosen, scores


def _laws(
    grid: Grid,
    looks: list[tuple[int, int, _Sight]],
    pattern: Ints,
    chosen: dict[str, str],
    settings: EngineSettings,
) -> _Laws:
    started: list[tuple[int, int, Floats, NDArray[np.bool_]]] = []
    features, means, actuals = [], [], []
    for origin, ahead, look in looks:
        mean = np.where(
            (pattern == 0)[:, None], look.means[chosen[PATTERNS[0]]], look.means[chosen[PATTERNS[1]]]
        )
        known = (grid.weight[:, origin : origin + ahead] >= 0.5) & (grid.start < origin)[:, None]
        started.append((origin, ahead, mean, known))
        flat = known.T.ravel()
        features.append(look.features[flat])
        means.append(mean.T.ravel()[flat])
        actuals.append(grid.units[:, origin : origin + ahead].T.ravel()[flat].astype(np.float64))
    columns, mean, actual = np.concatenate(features), np.concatenate(means), np.concatenate(actuals)
    spread = fit_spread(columns, mean, actual, settings)
    ratio = spread.ratio(columns, mean)
    periods = recalibrate(mean, np.maximum(ratio * mean, mean), actual, settings)
    windows: dict[int, tuple[WindowSpread, Recalibration]] = {}
    ratios = [
        spread.ratio(look.features, mean.T.ravel()).reshape(ahead, grid.n_series).T
        for (_, ahead, mean, _), (_, _, look) in zip(started, looks, strict=True)
    ]
    for window in settings.windows:
        sums, own, came = [], [], []
        for (origin, ahead, mean, known), of_period in zip(started, ratios, strict=True):
            if window > ahead:
                continue
            rows = known[:, :window].all(axis=1)
            sums.append(mean[rows, :window].sum(axis=1))
            own.append(_mean_ratio(mean[rows, :window], of_period[rows, :window]))
            came.append(grid.units[rows, origin : origin + window].sum(axis=1, dtype=np.float64))
        if sums and sum(part.size for part in sums):
            total, period_ratio, actual = np.concatenate(sums), np.concatenate(own), np.concatenate(came)
            law = fit_window(total, period_ratio, actual)
            windows[window] = (law, recalibrate(total, law.variance(total, period_ratio), actual, settings))
    if not windows:
        windows[1] = (WindowSpread(1.0, 0.0), periods)
    return _Laws(spread, periods, windows)


def _mean_ratio(mean: Floats, ratio: Floats) -> Floats:
    total = mean.sum(axis=1)
    return np.asarray(np.divide((mean * ratio).sum(axis=1), total, out=ratio.mean(axis=1), where=total > 0))
