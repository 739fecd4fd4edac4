"""The held-out comparison: methods measured by class, the winner, and the width of its band."""

__all__ = ["Proof", "no_proof", "prove"]

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .contracts import QUANTILE_LEVELS, ForecastSettings
from .distribution import negative_binomial_quantiles
from .methods import BASELINES, NEW_ITEM_METHOD, candidate_forecasts
from .panel import Panel
from .selection import MethodScore, choose, score_method, squared_step
from .spread import dispersion, fair_coverage, variance_inflation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_OBSERVED_SHARE = 0.5


@dataclass(frozen=True)
class BandScore:
    """How a method's distribution did, by class; arrays of shape (classes,)."""

    pinball: Floats
    coverage: Floats
    coverage_uncorrected: Floats
    pit_coverage: Floats
    pit_coverage_uncorrected: Floats
    inflation: Floats


@dataclass(frozen=True)
class Proof:
    """What the held-out days say; class = 2 x aggregate + 1 if intermittent.

    Attributes
    ----------
    chosen
        Method by class.
    is_tested
        True where series of the class were held out, shape (classes,).
    origin
        Days known at the held-out origin; 0 if there was too little history.
    scores, bands, combined
        By method what was measured, empty without a test.
    """

    chosen: list[str]
    is_tested: NDArray[np.bool_]
    origin: int = 0
    scores: dict[str, MethodScore] = field(default_factory=dict)
    bands: dict[str, BandScore] = field(default_factory=dict)
    combined: dict[str, Floats] = field(default_factory=dict)


def no_proof(n_aggregates: int) -> Proof:
    """Give every class the first baseline, as nothing could be tested."""
    return Proof([BASELINES[0]] * (2 * n_aggregates), np.zeros(2 * n_aggregates, dtype=bool))


def prove(panel: Panel, expected: list[Floats | None], settings: ForecastSettings) -> Proof:
    """Forecast the last days of the panel from the days before and compare the methods.

    Parameters
    ----------
    panel
        All demand up to the cut-off.
    expected
        By aggregate the total expected from the held-out origin, shape (T,), or None.
    settings
        Gives the held-out days.

    Returns
    -------
    Proof
        Choice and measures by class.
    """
    ahead = settings.holdout_days
    origin = panel.n_days - ahead
    began = panel.start < origin
    known = panel.rows(began).until(origin)
    candidates = candidate_forecasts(known, expected, ahead, settings)
    group = known.aggregate * 2 + candidates.intermittent
    # Series that are too short for a method of their own don't judge the methods.
    tested = ~candidates.short
    if not tested.any():
        return no_proof(len(panel.aggregates))
    n_groups = 2 * len(panel.aggregates)
    actual, weight = panel.units[began][:, origin:], panel.weight[began][:, origin:]
    scale = squared_step(known)
    means = {name: mean[tested] for name, mean in candidates.means.items() if name != NEW_ITEM_METHOD}
    scores, pooled = {}, {}
    pattern = np.arange(n_groups) % 2
    for name, mean in means.items():
        inputs = (actual[tested], weight[tested], scale[tested])
        scores[name] = score_method(mean, *inputs, group[tested], n_groups)
        # Every method is pooled over the same series: the baseline stands in where it has none.
        filled = np.where(np.isfinite(mean), mean, means[BASELINES[0]])
        pooled[name] = _expand(score_method(filled, *inputs, group[tested] % 2, 2), pattern)
    chosen, combined = choose(scores, pooled)
    spread = dispersion(known, candidates.shape[:, :origin], group)[tested]
    bands = {
        name: _band(mean, spread, actual[tested], weight[tested], group[tested], n_groups)
        for name, mean in means.items()
    }
    is_tested = np.bincount(group[tested], minlength=n_groups) > 0
    return Proof(chosen, is_tested, origin, scores, bands, combined)


def _expand(score: MethodScore, pattern: Ints) -> MethodScore:
    return MethodScore(
        n_series=score.n_series[pattern],
        wape=score.wape[pattern],
        bias_share=score.bias_share[pattern],
        rmsse=score.rmsse[pattern],
        weekly_error=score.weekly_error[pattern],
        total_error=score.total_error[pattern],
    )


def _band(
    mean: Floats, spread: Floats, actual: Floats, weight: Floats, group: Ints, n_groups: int
) -> BandScore:
    """Measure a method's distribution; corrected figures use a factor from the other half of the series."""
    usable = np.asarray(np.isfinite(mean).all(axis=1))
    watched = usable[:, None] & (weight >= _OBSERVED_SHARE)
    rows, columns = np.nonzero(watched)
    mu, y, cls = mean[rows, columns], np.round(actual[rows, columns]), group[rows]
    plain = np.maximum(mu * spread[rows], mu)
    position = np.zeros(group.size, dtype=np.int64)
    order = np.argsort(group, kind="stable")
    position[order] = np.arange(group.size) - np.searchsorted(group[order], group[order])
    half = (position % 2)[rows]
    inflation, by_half = variance_inflation(y, mu, plain, cls, half, n_groups)
    factor = by_half[cls, 1 - half]
    corrected = np.maximum(plain * factor, mu)

    counts = np.bincount(cls, minlength=n_groups).astype(np.float64)

    def average(values: Floats) -> Floats:
        sums = np.bincount(cls, weights=values, minlength=n_groups)
        return np.asarray(np.divide(sums, counts, out=np.full(n_groups, np.nan), where=counts > 0))

    quantiles = negative_binomial_quantiles(mu, corrected, QUANTILE_LEVELS)
    edges = negative_binomial_quantiles(mu, plain, (QUANTILE_LEVELS[0], QUANTILE_LEVELS[-1]))
    levels = np.asarray(QUANTILE_LEVELS)
    miss = y[:, None] - quantiles
    loss = np.maximum(levels * miss, (levels - 1.0) * miss).mean(axis=1)
    return BandScore(
        pinball=average(loss),
        coverage=average(((y >= quantiles[:, 0]) & (y <= quantiles[:, -1])).astype(np.float64)),
        coverage_uncorrected=average(((y >= edges[:, 0]) & (y <= edges[:, -1])).astype(np.float64)),
        pit_coverage=average(fair_coverage(y, mu, corrected)),
        pit_coverage_uncorrected=average(fair_coverage(y, mu, plain)),
        inflation=np.where(counts > 0, inflation, np.nan),
    )
