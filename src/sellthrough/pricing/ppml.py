"""Poisson regression of weekly demand on price, for all items of a category at once."""

from __future__ import annotations

__all__ = ["CategoryFit", "CategoryPanel", "fit_category", "season_controls"]

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_STEPS = 60
_TOLERANCE = 1e-9
_WEAK_PRECISION = 1e-2  # prior standard deviation of 10, only to keep what the data don't tell finite
_COMMON = 1  # the slope with a part common to the category: promotion


@dataclass(frozen=True)
class CategoryPanel:
    """Weekly demand of the items of one category, one row per item x channel.

    Attributes
    ----------
    demand
        Units, row x week; zero where unused.
    used
        Which weeks of which row count, row x week.
    slopes
        Regressors with a slope per item, k x row x week: log price, promotion share, trend; zero where
        unused.
    item, group
        Item and channel of each row, numbered from 0; every item has a row, and rows are sorted by item.
    controls
        For each group a week x c matrix of time effects, or None for an effect of every week.
    spread
        Prior standard deviation of each slope around its centre, k.
    """

    demand: Floats
    used: Bools
    slopes: Floats
    item: Ints
    group: Ints
    controls: list[Floats | None]
    spread: Floats


@dataclass(frozen=True)
class CategoryFit:
    """What a category's regression says.

    Attributes
    ----------
    slope
        Item x k.
    model_variance, robust_variance
        Of the first slope, the elasticity, per item: quasi-Poisson, and Newey-West sandwich.
    common_slope
        The part of the promotion slope that all items share.
    steps
        Newton steps taken.
    converged
        Whether the last step was below the tolerance.
    """

    slope: Floats
    model_variance: Floats
    robust_variance: Floats
    common_slope: float
    steps: int
    converged: bool


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


def _by_item(rows: Floats, item: Ints, size: int) -> Floats:
    """Sum rows that are sorted by item."""
    out = np.zeros((size, *rows.shape[1:]))
    starts = np.flatnonzero(np.r_[True, item[1:] != item[:-1]])
    out[item[starts]] = np.add.reduceat(rows, starts, axis=0)
    return out


@dataclass(frozen=True)
class _System:
    """Gradient and curvature with the intercepts profiled out."""

    item_gradient: Floats  # item x k
    item_curvature: Floats  # item x k x k
    cross: Floats  # item x k x c
    gradient: Floats  # c
    curvature: Floats  # c x c


class _Problem:
    """The data of one category, with the layout of its common parameters: promotion, then time effects."""

    def __init__(self, panel: CategoryPanel) -> None:
        self.panel = panel
        self.items = int(panel.item.max()) + 1
        self.rows = [np.flatnonzero(panel.group == g) for g in range(len(panel.controls))]
        self.used = panel.used.copy()
        self.columns: list[Ints] = []
        self.places: list[slice] = []
        start = 1
        for rows, control in zip(self.rows, panel.controls, strict=True):
            if control is None:
                # a week in which nothing of the group sold has an effect of minus infinity and tells nothing
                weeks = np.flatnonzero(panel.demand[rows].sum(axis=0) > 0)
                silent = np.ones(panel.used.shape[1], dtype=np.bool_)
                silent[weeks] = False
                self.used[np.ix_(rows, silent)] = False
                width = len(weeks)
            else:
                weeks = np.arange(panel.used.shape[1])
                width = control.shape[1]
            self.columns.append(weeks)
            self.places.append(slice(start, start + width))
            start += width
        self.width = start
        self.slopes = panel.slopes * self.used
        self.weigh(panel.demand)

    def weigh(self, demand: Floats) -> None:
        """Take demand in other units, row by row."""
        self.demand = demand * self.used
        self.total = self.demand.sum(axis=1)

    def spread_out(self, common: Floats) -> Floats:
        """Time effects as a matrix of row x week."""
        out = np.zeros(self.demand.shape)
        for rows, control, weeks, place in zip(
            self.rows, self.panel.controls, self.columns, self.places, strict=True
        ):
            effect = np.zeros(self.demand.shape[1])
            effect[weeks] = common[place] if control is None else control @ common[place]
            out[rows] = effect
        return out

    def project(self, values: Floats, g: int) -> Floats:
        """Sum row x week values over the weeks of each time effect of a group."""
        control = self.panel.controls[g]
        return values[:, self.columns[g]] if control is None else values @ control

    def expected(self, slope: Floats, common: Floats) -> tuple[Floats, float]:
        """Find expected demand with the intercepts at their best, and the log-likelihood."""
        own = slope.copy()
        own[:, _COMMON] += common[0]
        index = np.einsum("rk,krt->rt", own[self.panel.item], self.slopes) + self.spread_out(common)
        index = np.clip(index, -50.0, 50.0)
        weight = np.exp(index) * self.used
        scale = weight.sum(axis=1)
        safe = np.where(scale > 0, scale, 1.0)
        likelihood = float((self.demand * index).sum() - (self.total * np.log(safe)).sum())
        return weight * (self.total / safe)[:, None], likelihood

    def system(self, mu: Floats) -> _System:
        """Gradient and curvature at expected demand `mu`."""
        item, k = self.panel.item, len(self.slopes)
        rate = mu.sum(axis=1)
        rate = np.where(rate > 0, rate, 1.0)
        weighted = self.slopes * mu
        mean = weighted.sum(axis=2)  # k x row
        gradient_rows = np.einsum("krt,rt->rk", self.slopes, self.demand - mu)
        square = np.einsum("krt,jrt->rkj", weighted, self.slopes)
        square -= np.einsum("kr,jr->rkj", mean, mean / rate)
        item_gradient = _by_item(gradient_rows, item, self.items)
        item_curvature = _by_item(square, item, self.items)
        cross = np.zeros((self.items, k, self.width))
        gradient, curvature = np.zeros(self.width), np.zeros((self.width, self.width))
        for g, (rows, place) in enumerate(zip(self.rows, self.places, strict=True)):
            part = self.project(mu[rows], g)
            control = self.panel.controls[g]
            level = mu[rows].sum(axis=0)
            own = (
                np.diag(level[self.columns[g]]) if control is None else control.T @ (control * level[:, None])
            )
            curvature[place, place] = own - part.T @ (part / rate[rows, None])
            gradient[place] = self.project(self.demand[rows] - mu[rows], g).sum(axis=0)
            for j in range(k):
                block = self.project(weighted[j, rows], g) - (mean[j, rows] / rate[rows])[:, None] * part
                cross[:, j, place] = _by_item(block, item[rows], self.items)
        # the common promotion slope is the same regressor as the items' own, summed over items
        cross[:, :, 0] = item_curvature[:, :, _COMMON]
        gradient[0] = item_gradient[:, _COMMON].sum()
        curvature[0, :] = cross[:, _COMMON, :].sum(axis=0)
        curvature[:, 0] = curvature[0, :]
        return _System(item_gradient, item_curvature, cross, gradient, curvature)


def _newton(
    problem: _Problem, slope: Floats, common: Floats, penalty: Floats
) -> tuple[Floats, Floats, int, bool]:
    """Maximise the penalised likelihood; `penalty` is item x k."""

    def objective(slope: Floats, common: Floats, likelihood: float) -> float:
        return likelihood - 0.5 * float((penalty * slope**2).sum() + _WEAK_PRECISION * (common**2).sum())

    mu, likelihood = problem.expected(slope, common)
    value = objective(slope, common, likelihood)
    for step in range(1, _STEPS + 1):
        system = problem.system(mu)
        inverse, core = _core(system, penalty)
        item_gradient = system.item_gradient - penalty * slope
        gradient = system.gradient - _WEAK_PRECISION * common
        solved = np.einsum("ijk,ik->ij", inverse, item_gradient)
        d_common = np.linalg.solve(core, gradient - np.einsum("ikc,ik->c", system.cross, solved))
        d_slope = solved - np.einsum("ijk,ik->ij", inverse, system.cross @ d_common)
        size = 1.0
        while True:
            new_slope, new_common = slope + size * d_slope, common + size * d_common
            mu, likelihood = problem.expected(new_slope, new_common)
            new_value = objective(new_slope, new_common, likelihood)
            if new_value >= value - 1e-9 * abs(value) or size < 1e-6:
                break
            size /= 2
        slope, common, value = new_slope, new_common, new_value
        if size * max(float(np.abs(d_slope).max()), float(np.abs(d_common).max())) < _TOLERANCE:
            return slope, common, step, True
    return slope, common, _STEPS, False


def _core(system: _System, penalty: Floats) -> tuple[Floats, Floats]:
    """Inverse curvature of each item's slopes, and the common parameters' curvature given them."""
    k = penalty.shape[1]
    penalised = system.item_curvature + penalty[:, :, None] * np.eye(k)
    inverse = np.asarray(np.linalg.inv(penalised), dtype=np.float64)
    halfway = np.einsum("ijk,ikc->ijc", inverse, system.cross)
    width = len(system.gradient)
    flat = system.cross.reshape(-1, width)
    core: Floats = system.curvature + _WEAK_PRECISION * np.eye(width) - flat.T @ halfway.reshape(-1, width)
    return inverse, core


def _row_dispersion(problem: _Problem, mu: Floats) -> Floats:
    """Pearson dispersion per row, a short row's drawn to its item's."""
    pearson = np.where(mu > 1e-12, (problem.demand - mu) ** 2 / np.maximum(mu, 1e-12), 0.0).sum(axis=1)
    item, k = problem.panel.item, len(problem.slopes)
    weeks = problem.used.sum(axis=1).astype(np.float64)
    rows = np.bincount(item, minlength=problem.items)
    freedom = np.maximum(weeks - 1 - k / rows[item], 1.0)
    together = _by_item(pearson, item, problem.items) / _by_item(freedom, item, problem.items)
    drawn: Floats = (pearson + 10 * together[item]) / (freedom + 10)
    return drawn


def _leverage(problem: _Problem, mu: Floats, centred: Floats, inverse: Floats) -> Floats:
    """Share of each observation in its own fitted value, row x week, at most .8."""
    share: Floats = mu / np.maximum(mu.sum(axis=1, keepdims=True), 1e-12)
    share += mu * np.einsum("krt,rkj,jrt->rt", centred, inverse[problem.panel.item], centred, optimize=True)
    for rows, control in zip(problem.rows, problem.panel.controls, strict=True):
        if control is None:
            share[rows] += mu[rows] / np.maximum(mu[rows].sum(axis=0), 1e-12)
    return np.asarray(np.minimum(share, 0.8))


def _lagged_variance(score: Floats, lags: int) -> Floats:
    """Newey-West sum of the outer products of item x week x k scores: item x k x k."""
    total: Floats = np.einsum("itk,itj->ikj", score, score)
    for lag in range(1, min(lags, score.shape[1] - 1) + 1):
        outer = np.einsum("itk,itj->ikj", score[:, lag:], score[:, :-lag])
        total += (1 - lag / (lags + 1)) * (outer + outer.transpose(0, 2, 1))
    return total


def fit_category(panel: CategoryPanel, lags: int = 4) -> CategoryFit:
    r"""Fit one category: own slopes per item, intercepts per row, promotion and time effects in common.

    Maximises the Poisson likelihood of :math:`\ln E[y_{rt}] = a_r + w_{g(r)t} + \bar\gamma\,x_{2rt} +
    \sum_k b_{i(r)k} x_{krt}` (Poisson pseudo-maximum likelihood, Santos Silva & Tenreyro 2006; consistent
    whatever the distribution if the mean is right) with each item's promotion and trend slopes drawn towards
    a common value by a normal penalty. Rows weigh in inversely to their Pearson dispersion, so that a large
    erratic item doesn't set the time effects. Intercepts are profiled out, the rest is solved by Newton's
    method, items' slopes eliminated block by block (Schur complement).

    The elasticity's variance comes twice, quasi-Poisson and as a Newey-West sandwich over weeks with the
    channels of a week summed first; both include what estimating promotion and time effects costs.

    Parameters
    ----------
    panel
        The data; every row with some demand in its used weeks.
    lags
        Weeks over which residuals may correlate.

    Returns
    -------
    CategoryFit
    """
    problem = _Problem(panel)
    precision = np.maximum(np.where(np.isfinite(panel.spread), panel.spread, np.inf) ** -2.0, _WEAK_PRECISION)
    penalty = np.broadcast_to(precision, (problem.items, len(panel.slopes)))
    slope, common = np.zeros(penalty.shape), np.zeros(problem.width)
    plain = problem.demand
    dispersion = np.ones(len(plain))
    steps = 0
    converged = False
    # Dividing a row by its dispersion weights it, as its intercept takes up the scale. The first round
    # measures the dispersion, the second uses it.
    for _ in range(2):
        problem.weigh(plain / dispersion[:, None])
        slope, common, taken, converged = _newton(problem, slope, common, penalty)
        steps += taken
        mu, _likelihood = problem.expected(slope, common)
        dispersion = dispersion * _row_dispersion(problem, mu)
        dispersion = np.maximum(dispersion, 1.0)
    system = problem.system(mu)
    inverse, core = _core(system, penalty)
    halfway = np.einsum("ijk,ikc->ijc", inverse, system.cross)
    back = np.linalg.solve(core, halfway.reshape(-1, problem.width).T).T.reshape(halfway.shape)
    bread = inverse + np.einsum("ijc,ikc->ijk", halfway, back)
    centred = (
        problem.slopes - ((problem.slopes * mu).sum(axis=2) / np.maximum(mu.sum(axis=1), 1e-12))[:, :, None]
    )
    centred = centred * problem.used
    # a residual understates the error by what its own observation pulls on the fit (jackknife, HC3)
    residual = (problem.demand - mu) / (1 - _leverage(problem, mu, centred, inverse))
    score_rows = np.einsum("krt,rt->rtk", centred, residual)
    meat = _lagged_variance(_by_item(score_rows, panel.item, problem.items), lags)
    meat += precision * np.eye(len(panel.slopes))
    own = np.einsum("ij,ijk,ik->i", inverse[:, 0], meat, inverse[:, 0])
    sandwich = own + bread[:, 0, 0] - inverse[:, 0, 0]
    return CategoryFit(slope, bread[:, 0, 0], sandwich, float(common[0]), steps, converged)
