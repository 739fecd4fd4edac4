"""Hierarchical shrinkage: draw noisy estimates towards their group, groups towards the whole."""

from __future__ import annotations

__all__ = ["Shrunk", "shrink", "widen_strange"]

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_GRID = np.linspace(-2.5, 2.5, 21)
_STRANGE = 3.0
_PEERS = 5


@dataclass(frozen=True)
class Shrunk:
    """Posterior of every item.

    Attributes
    ----------
    mean, variance
        Per item.
    own_weight
        Share of the posterior mean that the item's own estimate gives, 0 to 1.
    item_sd, group_sd
        Posterior means of the standard deviation between items of a group, and between groups.
    """

    mean: Floats
    variance: Floats
    own_weight: Floats
    item_sd: float
    group_sd: float


@dataclass(frozen=True)
class _Layer:
    """Posterior at one pair of standard deviations, and the log of the data's density there."""

    mean: Floats
    variance: Floats
    own_weight: Floats
    density: float


def shrink(
    estimate: Floats,
    variance: Floats,
    group: Ints,
    *,
    prior_mean: float,
    prior_sd: float,
    prior_item_sd: float,
    prior_group_sd: float,
    prior_log_sd: float = 0.35,
) -> Shrunk:
    r"""Shrink item estimates to their group's mean and the groups' means to the overall one.

    Normal-normal in three layers: :math:`b_i \sim N(\theta_i, v_i)`, :math:`\theta_i \sim N(m_g, \tau^2)`,
    :math:`m_g \sim N(m, \omega^2)`, :math:`m \sim N(m_0, s_0^2)`. With :math:`B_i = v_i / (v_i + \tau^2)` the
    posterior of an item has mean :math:`(1 - B_i) b_i + B_i m_g` and variance :math:`(1 - B_i) v_i + B_i^2
    Var(m_g)` (Gelman et al., *Bayesian Data Analysis*, section 5.4). :math:`\tau` and :math:`\omega` are
    averaged over a grid by their marginal likelihood and a lognormal prior: a plug-in value would make
    intervals too narrow just where the data say least.

    Parameters
    ----------
    estimate, variance
        Per item; NaN where an item has no estimate of its own.
    group
        Group of each item, numbered from 0 without gaps.
    prior_mean, prior_sd
        What is known of the overall mean beforehand.
    prior_item_sd, prior_group_sd
        Prior medians of the standard deviations between items and between groups.
    prior_log_sd
        Standard deviation of the logs of these two; 0 takes them as known.

    Returns
    -------
    Shrunk

    Examples
    --------
    One item whose error is as large as the spread between items meets its group halfway:

    >>> out = shrink(np.array([-3.0]), np.array([1.0]), np.array([0]), prior_mean=-1.0, prior_sd=1e-6,
    ...              prior_item_sd=1.0, prior_group_sd=1e-6, prior_log_sd=0)
    >>> out.mean.round(6).tolist(), out.variance.round(6).tolist(), out.own_weight.round(6).tolist()
    ([-2.0], [0.5], [0.5])
    """
    grid = _GRID if prior_log_sd > 0 else np.zeros(1)
    scales = np.exp(prior_log_sd * grid)
    size = len(estimate)
    best = -np.inf
    total = 0.0
    first, second, within, own = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
    sums = np.zeros(2)
    for i, item_scale in enumerate(scales):
        for g, group_scale in enumerate(scales):
            item_sd, group_sd = prior_item_sd * item_scale, prior_group_sd * group_scale
            layer = _posterior(estimate, variance, group, item_sd, group_sd, prior_mean, prior_sd)
            density = layer.density - 0.5 * (grid[i] ** 2 + grid[g] ** 2)
            if density > best:
                # rescale what was summed so far, so that no weight overflows
                factor = float(np.exp(best - density))
                for array in (first, second, within, own, sums):
                    array *= factor
                total *= factor
                best = density
            weight = float(np.exp(density - best))
            total += weight
            offset = layer.mean - prior_mean
            first += weight * offset
            second += weight * offset**2
            within += weight * layer.variance
            own += weight * layer.own_weight
            sums += weight * np.array([item_sd, group_sd])
    centre = first / total
    return Shrunk(
        mean=prior_mean + centre,
        variance=within / total + np.maximum(second / total - centre**2, 0.0),
        own_weight=own / total,
        item_sd=float(sums[0] / total),
        group_sd=float(sums[1] / total),
    )


def _posterior(
    estimate: Floats,
    variance: Floats,
    group: Ints,
    item_sd: float,
    group_sd: float,
    prior_mean: float,
    prior_sd: float,
) -> _Layer:
    """Posterior with both standard deviations known."""
    groups = int(group.max()) + 1 if len(group) else 0
    known = np.isfinite(estimate) & np.isfinite(variance)
    own, error, of = estimate[known], variance[known], group[known]
    item_variance, group_variance = item_sd**2, group_sd**2

    spread = error + item_variance
    weight = np.bincount(of, 1 / spread, groups)
    seen = weight > 0
    level = np.zeros(groups)
    level[seen] = np.bincount(of, own / spread, groups)[seen] / weight[seen]
    level_variance = np.divide(1.0, weight, out=np.zeros(groups), where=seen)
    group_spread = level_variance[seen] + group_variance
    precision = float((1 / group_spread).sum()) + prior_sd**-2
    overall = (float((level[seen] / group_spread).sum()) + prior_mean * prior_sd**-2) / precision

    # density of the estimates: within groups, of the groups' levels, of their common mean
    density = -0.5 * float((np.log(spread) + (own - level[of]) ** 2 / spread).sum())
    density += 0.5 * float(np.log(level_variance[seen]).sum())
    density -= 0.5 * float((np.log(group_spread) + (level[seen] - overall) ** 2 / group_spread).sum())
    density -= 0.5 * (float(np.log(precision)) + (overall - prior_mean) ** 2 * prior_sd**-2)

    # a group without estimates stands at the overall mean
    pull = np.ones(groups)
    pull[seen] = level_variance[seen] / group_spread
    group_mean = (1 - pull) * level + pull * overall
    group_posterior = pull * group_variance + pull**2 / precision
    group_posterior[~seen] = group_variance + 1 / precision

    drawn = np.ones(len(estimate))
    drawn[known] = error / spread
    within = np.full(len(estimate), item_variance)
    within[known] = item_variance * drawn[known]
    mean = (1 - drawn) * np.where(known, estimate, 0.0) + drawn * group_mean[group]
    return _Layer(mean, within + drawn**2 * group_posterior[group], 1 - drawn, density)


def widen_strange(estimate: Floats, variance: Floats, group: Ints, item_sd: float) -> Floats:
    """Widen the variance of estimates far from their group's, so that none sets the spread of all.

    Beyond 3 standard deviations from the group's median, between items and of the estimate together, the
    variance is what brings it back there. The deviation between items is taken from the median absolute one.
    A group with fewer than 5 estimates is held against all items.

    Parameters
    ----------
    estimate, variance
        Per item; NaN where an item has no estimate of its own.
    group
        Group of each item, numbered from 0.
    item_sd
        Least standard deviation between items.

    Returns
    -------
    ndarray
        Variance per item, nowhere smaller than before.

    Examples
    --------
    >>> widen_strange(np.array([-2.0, -2.2, -1.8, -2.1, 4.0]), np.full(5, 0.01), np.zeros(5, dtype=int), 0.7)
    array([0.01, 0.01, 0.01, 0.01, 3.51])
    """
    out = variance.copy()
    known = np.isfinite(estimate) & np.isfinite(variance)
    for one in np.unique(group[known]):
        inside = known & (group == one)
        peers = inside if inside.sum() >= _PEERS else known
        middle = np.median(estimate[peers])
        spread = (1.4826 * np.median(np.abs(estimate[peers] - middle))) ** 2 - np.median(variance[peers])
        between = max(float(spread), item_sd**2)
        needed = ((estimate[inside] - middle) / _STRANGE) ** 2 - between
        out[inside] = np.maximum(variance[inside], needed)
    return out
