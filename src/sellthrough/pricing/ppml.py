"""Poisson regression of weekly demand on price, for all items of a category at once."""

from __future__ import annotations

__all__ = ["CategoryFit", "CategoryPanel", "fit_category", "season_controls"]

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sellthrough.pricing._solver import STEPS, CategoryPanel, Problem, by_item, core_of, solve

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_ROUGH, _FINE = 1e-2, 1e-7  # change of log demand in the last step: to weigh rows by, and in the end
_SETTLED = 1e-4  # the same, up to which an item counts as settled
_ERRATIC = 100.0  # first round: rows more dispersed than this many times the median row weigh in less
_SPIKE = 8.0  # standard deviations above its expectation from which a week's demand is capped
_WILD = 20.0  # the same against a row's mean alone, for the first fit only: nothing is explained yet
_SPIKE_SHARE = 0.05  # a row's wildest weeks, which don't count in its standard deviation
_SPIKE_WEEKS = 10  # fewest weeks with sales: below, lumps are the rule and nothing is capped


@dataclass(frozen=True)
class CategoryFit:
    """What a category's regression says.

    Attributes
    ----------
    slope
        Item x k.
    model_variance, robust_variance
        Of the first slope, the elasticity, per item: the larger of quasi-Poisson and power-of-the-mean; and
        Newey-West sandwich.
    common_slope
        The part of the promotion slope that all items share.
    steps
        Newton steps taken.
    settled
        Per item: whether its estimate stood still at the end. Items that didn't were set aside, and the rest
        was fitted without them.
    spikes
        Weeks x channels of each item whose demand was capped.
    """

    slope: Floats
    model_variance: Floats
    robust_variance: Floats
    common_slope: float
    steps: int
    settled: Bools
    spikes: Ints


def season_controls(week_days: Ints, harmonics: int = 2) -> Floats:
    """Trend and yearly season as columns, for groups too small for an effect of every week.

    Parameters
    ----------
    week_days
        First day of each week, days since any origin.
    harmonics
        Pairs of sine and cosine per year, only where the weeks span a year or more.

    Returns
    -------
    ndarray
        Week x (1 + 2 * harmonics), or week x 1.

    Examples
    --------
    >>> season_controls(np.arange(5) * 7)[:, 0].tolist()
    [-0.5, -0.25, 0.0, 0.25, 0.5]
    """
    span = max(float(week_days[-1] - week_days[0]), 1.0)
    columns = [(week_days - week_days[0]) / span - 0.5]
    if span >= 358:
        angle = 2 * np.pi * week_days / 365.25
        for k in range(1, harmonics + 1):
            columns += [np.sin(k * angle), np.cos(k * angle)]
    return np.column_stack(columns)


def _row_dispersion(problem: Problem, mu: Floats) -> Floats:
    """Pearson dispersion per row, at least 1, a short row's drawn to its item's."""
    pearson = np.where(mu > 1e-12, (problem.demand - mu) ** 2 / np.maximum(mu, 1e-12), 0.0).sum(axis=1)
    item, k = problem.panel.item, len(problem.slopes)
    weeks = problem.used.sum(axis=1).astype(np.float64)
    rows = np.bincount(item, minlength=problem.items)
    freedom = np.maximum(weeks - 1 - k / rows[item], 1.0)
    together = by_item(pearson, item, problem.items) / by_item(freedom, item, problem.items)
    drawn = (pearson + 10 * together[item]) / (freedom + 10)
    return np.asarray(np.maximum(drawn, 1.0), dtype=np.float64)


def _spike_level(demand: Floats, mu: Floats, used: Bools, spike: float = _SPIKE) -> Floats:
    """Find the demand above which a week is a spike, row x week.

    The spread is measured without the row's wildest weeks, or a spike would hide itself. What the price, the
    promotion and the week explain is in `mu` and no spike.
    """
    gap = np.where(used & (mu > 1e-9), (demand - mu) ** 2 / np.maximum(mu, 1e-9), 0.0)
    weeks = used.sum(axis=1)
    left_out = np.ceil(_SPIKE_SHARE * weeks).astype(np.int64)
    ranked = np.cumsum(np.sort(gap, axis=1), axis=1)
    calm = np.take_along_axis(ranked, np.maximum(used.shape[1] - left_out - 1, 0)[:, None], axis=1)[:, 0]
    dispersion = np.maximum(calm / np.maximum(weeks - left_out - 2, 1), 1.0)
    usual = np.maximum(mu, mu.mean(axis=1, keepdims=True))
    level = mu + spike * np.sqrt(dispersion[:, None] * usual)
    regular = ((demand > 0) & used).sum(axis=1) >= _SPIKE_WEEKS
    return np.where(regular[:, None], level, np.inf)


def _tamed(demand: Floats, used: Bools) -> Floats:
    """Demand for the first fit: without what would bend the week effects, and so pass for expected."""
    weeks = np.maximum(used.sum(axis=1, keepdims=True), 1)
    for _ in range(3):
        mean = np.where(used, demand.sum(axis=1, keepdims=True) / weeks, 0.0)
        demand = np.minimum(demand, _spike_level(demand, mean, used, _WILD))
    return demand


def _first_weights(problem: Problem) -> Floats:
    """Weigh rows alike, but for those so erratic that they would drown the others, row x 1."""
    mu, _ = problem.expected(np.zeros((problem.items, len(problem.slopes))), np.zeros(problem.width))
    dispersion = _row_dispersion(problem, mu)
    return np.minimum(1.0, _ERRATIC * np.median(dispersion) / dispersion)[:, None]


def _power(gap: Floats, mu: Floats) -> float:
    r"""Exponent p of a variance :math:`\propto \mu^p` within rows, between 1 and 2.

    Poisson regression of squared residuals `gap` on the log of `mu` with an intercept per row, every row
    weighing the same; both row x week, zero where nothing is known.

    >>> mu = np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 90.0]])
    >>> round(_power(7 * mu**1.5, mu), 6)
    1.5
    """
    known = mu > 1e-6
    log_mu = np.log(np.where(known, mu, 1.0))
    total = np.where(known, gap, 0.0).sum(axis=1, keepdims=True)
    usable = known & (total > 0) & np.isfinite(total)
    share = np.where(usable, gap, 0.0) / np.where(usable, total, 1.0)
    centre = log_mu.max(axis=1, keepdims=True, where=known, initial=-np.inf)
    log_mu = np.where(usable, log_mu - np.where(np.isfinite(centre), centre, 0.0), 0.0)
    power = 1.0
    for _ in range(50):
        expected = np.exp(power * log_mu) * usable
        expected /= np.maximum(expected.sum(axis=1, keepdims=True), 1e-300)
        gradient = float(((share - expected) * log_mu).sum())
        mean = (expected * log_mu).sum(axis=1, keepdims=True)
        curvature = float((expected * (log_mu - mean) ** 2).sum())
        if curvature < 1e-9:
            break
        step = min(max(gradient / curvature, -0.5), 0.5)
        power += step
        if abs(step) < 1e-9:
            break
    return min(max(power, 1.0), 2.0)


def _leverage(problem: Problem, mu: Floats, centred: Floats, inverse: Floats) -> Floats:
    """Share of each observation in its own fitted value, row x week, at most .8."""
    share: Floats = mu / np.maximum(mu.sum(axis=1, keepdims=True), 1e-12)
    share += mu * np.einsum("krt,rkj,jrt->rt", centred, inverse[problem.panel.item], centred, optimize=True)
    for rows, control in zip(problem.rows, problem.panel.controls, strict=True):
        if control is None:
            share[rows] += mu[rows] / np.maximum(mu[rows].sum(axis=0), 1e-12)
    return np.asarray(np.minimum(share, 0.8))


def _lagged_variance(score: Floats, lags: int) -> Floats:
    """Newey-West sum of the outer products of item x week x k scores: item x k x k."""
    total: Floats = score.transpose(0, 2, 1) @ score
    for lag in range(1, min(lags, score.shape[1] - 1) + 1):
        outer = score[:, lag:].transpose(0, 2, 1) @ score[:, :-lag]
        total += (1 - lag / (lags + 1)) * (outer + outer.transpose(0, 2, 1))
    return total


def fit_category(panel: CategoryPanel, lags: int = 4, max_steps: int = STEPS) -> CategoryFit:
    r"""Fit one category: own slopes per item, intercepts per row, promotion and time effects in common.

    Maximises the Poisson likelihood of :math:`\ln E[y_{rt}] = a_r + w_{g(r)t} + \bar\gamma\,x_{2rt} +
    \sum_k b_{i(r)k} x_{krt}` (Poisson pseudo-maximum likelihood, Santos Silva & Tenreyro 2006; consistent
    whatever the distribution if the mean is right) with each item's promotion and trend slopes drawn towards
    a common value by a normal penalty. Rows weigh in inversely to their Pearson dispersion, so that a large
    erratic item doesn't set the time effects. Intercepts are profiled out, the rest is solved by Newton's
    method, items' slopes eliminated block by block (Schur complement), every item's step damped on its own.

    Single spikes, 8 standard deviations above what a first fit expects, are capped there (Huber's
    winsorising, on the upper side alone as demand has a floor). An item that still hasn't settled after
    `max_steps` is set aside and the others are fitted without it.

    The elasticity's variance comes twice: from a model of the errors, quasi-Poisson or, where that is larger,
    with a variance that grows like a power of the mean as it does where orders come in bulk; and as a
    Newey-West sandwich over weeks with the channels of a week summed first. All include what estimating
    promotion and time effects costs.

    Parameters
    ----------
    panel
        The data; every row with some demand in its used weeks.
    lags
        Weeks over which residuals may correlate.
    max_steps
        Newton steps in each of the rounds.

    Returns
    -------
    CategoryFit
    """
    problem = Problem(panel)
    item, plain, used = panel.item, problem.demand, problem.used
    # The first round measures each row's dispersion, the second uses it.
    tamed = _tamed(plain, used)
    problem.weigh(tamed, np.ones((len(plain), 1)))
    weight = _first_weights(problem)
    problem.weigh(tamed, weight)
    found = solve(
        problem, np.zeros((problem.items, len(panel.slopes))), np.zeros(problem.width), _ROUGH, max_steps
    )
    steps = found.steps
    mu = problem.expected(found.slope, found.common)[0] / np.where(weight > 0, weight, 1.0)
    capped = np.minimum(plain, _spike_level(plain, mu, used))
    spikes = by_item((capped < plain).sum(axis=1), item, problem.items).astype(np.int64)
    problem.weigh(capped, np.ones((len(plain), 1)))
    weight = 1 / _row_dispersion(problem, mu)[:, None]
    problem.weigh(capped, weight)
    found = solve(problem, found.slope, found.common, _FINE, max_steps)
    steps += found.steps
    settled = found.move <= _SETTLED
    if not settled.all():
        weight = np.where(settled[item, None], weight, 0.0)
        problem.weigh(capped, weight)
        found = solve(problem, np.where(settled[:, None], found.slope, 0.0), found.common, _FINE, max_steps)
        steps += found.steps
        settled &= found.move <= _SETTLED
    settled &= (found.common_move <= _SETTLED) & (by_item(problem.total, item, problem.items) > 0)
    model, robust = _variances(problem, found.slope, found.common, weight, lags)
    return CategoryFit(found.slope, model, robust, float(found.common[0]), steps, settled, spikes)


def _variances(
    problem: Problem, slope: Floats, common: Floats, weight: Floats, lags: int
) -> tuple[Floats, Floats]:
    """Variance of each item's elasticity: by a model of the errors, and by a sandwich."""
    mu, _ = problem.expected(slope, common)
    item, k = problem.panel.item, len(problem.slopes)
    system = problem.system(mu)
    inverse, core = core_of(problem, system)
    halfway = inverse @ system.cross
    back = np.linalg.solve(core, halfway.reshape(-1, problem.width).T).T.reshape(halfway.shape)
    bread = inverse + halfway @ back.transpose(0, 2, 1)
    cost = bread[:, 0, 0] - inverse[:, 0, 0]  # of estimating what is common
    centred = (
        problem.slopes - ((problem.slopes * mu).sum(axis=2) / np.maximum(mu.sum(axis=1), 1e-12))[:, :, None]
    )
    centred = centred * problem.used
    share = _leverage(problem, mu, centred, inverse)

    def sandwich(meat: Floats) -> Floats:
        meat = meat + np.diag(problem.precision)
        return np.asarray(np.einsum("ij,ijk,ik->i", inverse[:, 0], meat, inverse[:, 0]) + cost)

    # a residual understates the error by what its own observation pulls on the fit (jackknife, HC3)
    residual = (problem.demand - mu) / (1 - share)
    score = np.stack([by_item(x * residual, item, problem.items) for x in centred], axis=2)
    robust = sandwich(_lagged_variance(score, lags))

    safe = np.where(weight > 0, weight, 1.0)
    level = mu / safe
    gap = ((problem.demand - mu) / safe) ** 2 / (1 - share)
    known = (level > 1e-6) & problem.used
    error = np.where(known, level, 0.0) ** _power(gap, np.where(known, level, 0.0))
    scale = np.where(known, gap, 0.0).sum(axis=1) / np.maximum(error.sum(axis=1), 1e-12)
    error *= scale[:, None]
    error = np.maximum(error, level) * weight**2
    meat = np.empty((len(mu), k, k))
    for a in range(k):
        for b in range(a + 1):
            meat[:, a, b] = meat[:, b, a] = (centred[a] * centred[b] * error).sum(axis=1)
    model = np.maximum(bread[:, 0, 0], sandwich(by_item(meat, item, problem.items)))
    return model, robust
