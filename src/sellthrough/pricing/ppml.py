"""Poisson regression of weekly demand on price, for all items of a category at once."""

from __future__ import annotations

__all__ = ["CategoryFit", "CategoryPanel", "fit_category", "season_controls"]

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sellthrough.pricing._solver import CategoryPanel, Problem, by_item, core_of, solve

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
OPT: dict = dict(kappa=None, cap=0, rounds=2)
Bools = npt.NDArray[np.bool_]

_STEPS = 60
_TOLERANCE = 1e-9
_WEAK_PRECISION = 1e-2  # prior standard deviation of 10, only to keep what the data don't tell finite
_COMMON = 1  # the slope with a part common to the category: promotion


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


def _row_dispersion(problem: Problem, mu: Floats) -> Floats:
    """Pearson dispersion per row of what is weighed, a short row's drawn to its item's."""
    pearson = np.where(mu > 1e-12, (problem.demand - mu) ** 2 / np.maximum(mu * problem.weight, 1e-12), 0.0)
    pearson = pearson.sum(axis=1)
    item, k = problem.panel.item, len(problem.slopes)
    weeks = problem.used.sum(axis=1).astype(np.float64)
    rows = np.bincount(item, minlength=problem.items)
    freedom = np.maximum(weeks - 1 - k / rows[item], 1.0)
    together = by_item(pearson, item, problem.items) / by_item(freedom, item, problem.items)
    drawn: Floats = (pearson + 10 * together[item]) / (freedom + 10)
    return drawn


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
    problem = Problem(panel)
    slope, common = np.zeros((problem.items, len(panel.slopes))), np.zeros(problem.width)
    steps = 0
    plain = problem.demand
    used = problem.used
    mu = problem.expected(slope, common)[0]
    w = np.ones(plain.shape)
    rnd_ = [0]
    def cap_(m):
        c = OPT['cap']
        # spread without the two largest gaps of each row
        g = np.where(used & (m > 1e-9), (plain - m) ** 2 / np.maximum(m, 1e-9), 0.0)
        n = used.sum(axis=1)
        drop = np.ceil(n * OPT.get('trim', 0.05)).astype(int)
        srt = np.sort(g, axis=1)[:, ::-1].cumsum(axis=1)
        rest = srt[:, -1] - np.where(drop > 0, np.take_along_axis(srt, np.maximum(drop - 1, 0)[:, None], 1)[:, 0], 0)
        phi = np.maximum(rest / np.maximum(n - drop - 2, 1), 1.0)
        return m + c * np.sqrt(phi[:, None] * np.maximum(m, m.mean(axis=1)[:, None]))
    def reweigh(mu, w):
        m = np.where(w > 0, mu / np.where(w > 0, w, 1), 0.0)   # true mean
        y = plain
        if OPT['kappa']:
            num = ((y - m) ** 2 - m * 1.0) * used
            num = np.minimum(num, OPT.get('kclip', 1e9) * m * m).sum(axis=1)
            den = (m * m).sum(axis=1)
            lvl = m.sum(axis=1) / np.maximum(used.sum(axis=1), 1)
            n = used.sum(axis=1)
            k = num / np.maximum(den, 1e-9)
            good = lvl > 1
            centre = np.median(k[good]) if good.any() else 0.5
            if OPT['kappa'] == 'row':
                k = (np.maximum(k, 0) * n * lvl / (1 + lvl) + centre * 20) / (n * lvl / (1 + lvl) + 20)
            else:
                k = np.full(len(k), centre)
            k = np.maximum(k, 0.0) * OPT.get('kscale', 1.0)
            v = 1 / (1 + k[:, None] * m)
        else:
            v = np.ones(m.shape)
        problem.weigh(plain, v)
        if OPT.get('dcap') and rnd_[0]: problem.weigh(np.minimum(plain, cap_(m)), v)
        d = np.maximum(_row_dispersion(problem, m * v * used), OPT.get('floor', 1.0) if not OPT['kappa'] else 0.3)
        return np.where(used, v / d[:, None], 0.0), m
    for rnd in range(OPT['rounds']):
        rnd_[0] = rnd
        if rnd or not OPT.get('unit'):
            w, m = reweigh(mu, np.where(used, w, 0))
        else:
            w, m = used * 1.0, mu
        y = plain
        if OPT['cap'] and rnd >= 1:
            y = np.minimum(plain, cap_(m))
            OPT['capped'] = OPT.get('capped', 0) + int((y < plain).sum())
        problem.weigh(y, w)
        last = rnd == OPT['rounds'] - 1
        found = solve(problem, slope, common, 1e-7 if last else 1e-2)
        slope, common = found.slope, found.common
        steps += found.steps
        mu = problem.expected(slope, common)[0]
        if OPT.get('v'): print('round', rnd, 'steps', found.steps, 'unsettled', int((~found.settled).sum()), found.common_settled)
    system = problem.system(mu)
    inverse, core = core_of(problem, system)
    precision = problem.precision
    converged = bool(found.settled.all())
    halfway = np.einsum("ijk,ikc->ijc", inverse, system.cross)
    back = np.linalg.solve(core, halfway.reshape(-1, problem.width).T).T.reshape(halfway.shape)
    bread = inverse + np.einsum("ijc,ikc->ijk", halfway, back)
    centred = (
        problem.slopes - ((problem.slopes * mu).sum(axis=2) / np.maximum(mu.sum(axis=1), 1e-12))[:, :, None]
    )
    centred = centred * problem.used
    # a residual understates the error by what its own observation pulls on the fit (jackknife, HC3)
    residual = (problem.demand - mu) / (1 - _leverage(problem, mu, centred, inverse))
    score_rows = np.stack([c * residual for c in centred], axis=2)
    meat = _lagged_variance(by_item(score_rows, panel.item, problem.items), lags)
    meat += precision * np.eye(len(panel.slopes))
    own = np.einsum("ij,ijk,ik->i", inverse[:, 0], meat, inverse[:, 0])
    sandwich = own + bread[:, 0, 0] - inverse[:, 0, 0]
    if OPT.get('power'):
        m = np.where(w > 0, mu / np.where(w > 0, w, 1), 0.0)
        gap2 = ((problem.demand - mu) / np.where(w > 0, w, 1)) ** 2 / (1 - np.minimum(_leverage(problem, mu, centred, inverse), OPT.get('lev', .8)))
        ok = used & (m > 1e-6)
        scale = np.where(ok, gap2, 0).sum(axis=1)
        lm = np.where(ok, np.log(np.where(ok, m, 1)), 0.0)
        lm = np.where(ok, lm - lm.sum(axis=1, keepdims=True) / np.maximum(ok.sum(axis=1, keepdims=True), 1), 0)
        yy = gap2 / np.maximum(scale, 1e-12)[:, None] * ok
        yy[scale <= 0] = 0
        q = 1.0
        for _ in range(30):
            b = np.exp(q * lm) * ok
            b = b / np.maximum(b.sum(axis=1), 1e-12)[:, None] * yy.sum(axis=1)[:, None]
            gr = ((yy - b) * lm).sum()
            hs = (b * lm**2).sum() - ((b * lm).sum(axis=1) ** 2).sum()
            st = np.clip(gr / max(hs, 1e-9), -.5, .5); q += st
            if abs(st) < 1e-8: break
        if OPT.get('v'): print('power', round(q, 3))
        OPT.setdefault('powers', []).append(round(float(q), 2))
        q = min(max(q, 1.0), 2.0)
        b = np.exp(q * lm) * ok
        item = panel.item
        n = used.sum(axis=1)
        v_row = scale / np.maximum(b.sum(axis=1), 1e-12)
        var = np.maximum(b * v_row[:, None] * (n / np.maximum(n - 3, 1))[:, None], m) * w**2
        meat2 = np.einsum("krt,rt,jrt->rkj", centred, var, centred, optimize=True)
        meat2 = by_item(meat2, panel.item, problem.items) + precision * np.eye(len(panel.slopes))
        own2 = np.einsum("ij,ijk,ik->i", inverse[:, 0], meat2, inverse[:, 0])
        sandwich = np.maximum(sandwich, own2 + bread[:, 0, 0] - inverse[:, 0, 0])
    return CategoryFit(slope, bread[:, 0, 0], sandwich, float(common[0]), steps, converged)
