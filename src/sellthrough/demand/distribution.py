"""Negative binomial demand: exact quantiles and distribution function by mean and variance."""

__all__ = ["demand_beyond", "negative_binomial_cdf", "negative_binomial_quantiles"]

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

Floats = NDArray[np.float64]

# Above this upper bound of the highest quantile the recursion from zero costs more than inversion.
_RECURSION_LIMIT = 400.0
# A smaller mean would overflow its variance's ratio; its law is zero to double precision anyway.
_LEAST_MEAN = 1e-12
# Below this overdispersion the law is a Poisson to double precision.
_POISSON_LIMIT = 1e-8


def _overdispersion(mean: Floats, variance: Floats) -> Floats:
    """Return variance / mean - 1, at least zero, and zero where the mean is next to zero."""
    ratio = np.divide(variance, mean, out=np.ones_like(mean), where=mean > _LEAST_MEAN)
    return np.maximum(ratio - 1.0, 0.0)


def _checked(mean: ArrayLike, variance: ArrayLike) -> tuple[Floats, Floats]:
    mu = np.asarray(mean, dtype=np.float64).ravel()
    var = np.asarray(variance, dtype=np.float64).ravel()
    if mu.shape != var.shape:
        raise ValueError(f"{mu.size} means but {var.size} variances: give one variance per mean.")
    for name, values in (("mean", mu), ("variance", var)):
        bad = ~(np.isfinite(values) & (values >= 0))
        if bad.any():
            at = int(np.argmax(bad))
            raise ValueError(
                f"The {name} at position {at} is {values[at]}: give a finite number of 0 or more."
            )
    return mu, var


def negative_binomial_quantiles(mean: ArrayLike, variance: ArrayLike, levels: Sequence[float]) -> Floats:
    r"""Quantiles of negative binomial laws given by mean and variance.

    With :math:`d = \sigma^2/\mu - 1` the probabilities follow
    :math:`P(0) = (1+d)^{-\mu/d}` and
    :math:`P(k+1) = P(k)\,(\mu + k d) / ((1+d)(k+1))`, which for :math:`d = 0` is the Poisson law
    (Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 2005, ch. 5). All rows are advanced
    together and leave the loop when their highest quantile is reached.

    Parameters
    ----------
    mean
        Means, shape (n,), units.
    variance
        Variances, shape (n,). A variance below the mean counts as the mean (Poisson).
    levels
        Probabilities in (0, 1), ascending, shape (k,).

    Returns
    -------
    numpy.ndarray
        Shape (n, k): the smallest whole number whose cumulative probability reaches the level.

    Raises
    ------
    ValueError
        If a mean or a variance is negative or not finite, or the levels are not ascending in (0, 1).

    Examples
    --------
    A Poisson law of mean 1 has cumulative probabilities .368, .736, .920, .981:

    >>> negative_binomial_quantiles([1.0], [1.0], [0.3, 0.5, 0.9, 0.95])
    array([[0., 1., 2., 3.]])
    """
    mu, var = _checked(mean, variance)
    probabilities = np.asarray(levels, dtype=np.float64)
    if (
        probabilities.size == 0
        or not ((probabilities > 0) & (probabilities < 1)).all()
        or (np.diff(probabilities) <= 0).any()
    ):
        raise ValueError(f"Quantile levels are {list(levels)}: give ascending numbers between 0 and 1.")
    excess = _overdispersion(mu, var)
    top = float(probabilities[-1])
    # Cantelli's inequality bounds the highest quantile.
    bound = mu + np.sqrt(mu * (1.0 + excess) * top / (1.0 - top))
    small = bound <= _RECURSION_LIMIT
    out = np.zeros((mu.size, probabilities.size))
    if small.any():
        out[small] = _by_recursion(mu[small], excess[small], probabilities)
    if not small.all():
        out[~small] = _by_inversion(mu[~small], excess[~small], probabilities)
    return out


def _by_recursion(mu: Floats, excess: Floats, levels: Floats) -> Floats:
    """Sum probabilities from zero upwards until the highest level is passed."""
    size = mu.size
    zero = np.exp(-mu * np.divide(np.log1p(excess), excess, out=np.ones(size), where=excess > _POISSON_LIMIT))
    out = np.zeros((levels.size, size))
    rows = np.arange(size)
    step = excess / (1.0 + excess)
    base = mu / (1.0 + excess)
    probability, total = zero, zero.copy()
    count = 0
    while rows.size:
        # A quantile is the number of counts whose cumulative probability stays below the level.
        done = total >= levels[-1]
        # Rounding can keep the sum a hair below a level next to one: no mass is left to add then.
        done |= probability <= 0
        for index, level in enumerate(levels):
            out[index, rows] += total < level
        keep = ~done
        if not keep.all():
            rows, probability, total = rows[keep], probability[keep], total[keep]
            step, base = step[keep], base[keep]
        probability = probability * (base + count * step) / (count + 1.0)
        total = total + probability
        count += 1
    return out.T


def _by_inversion(mu: Floats, excess: Floats, levels: Floats) -> Floats:
    out = np.empty((mu.size, levels.size))
    poisson = excess <= _POISSON_LIMIT
    if poisson.any():
        out[poisson] = stats.poisson.ppf(levels[None, :], mu[poisson, None])
    rest = ~poisson
    if rest.any():
        size = (mu[rest] / excess[rest])[:, None]
        out[rest] = stats.nbinom.ppf(levels[None, :], size, (1.0 / (1.0 + excess[rest]))[:, None])
    return out


def negative_binomial_cdf(units: ArrayLike, mean: ArrayLike, variance: ArrayLike) -> Floats:
    """Probability of at most `units` under negative binomial laws given by mean and variance.

    Parameters
    ----------
    units
        Whole numbers, shape (n,); fractions are rounded down; below zero gives 0.
    mean, variance
        Shape (n,), units and units squared; a variance below the mean counts as the mean.

    Returns
    -------
    numpy.ndarray
        Shape (n,), probabilities.

    Raises
    ------
    ValueError
        If a mean or a variance is negative or not finite.

    Examples
    --------
    >>> negative_binomial_cdf([0.0, 1.0], [1.0, 1.0], [1.0, 1.0]).round(3)
    array([0.368, 0.736])
    """
    mu, var = _checked(mean, variance)
    count = np.floor(np.asarray(units, dtype=np.float64).ravel())
    excess = _overdispersion(mu, var)
    below = count < 0
    count = np.maximum(count, 0.0)
    out = np.ones(mu.size)
    poisson = (excess <= 1e-6) & (mu > 0)
    out[poisson] = special.pdtr(count[poisson], mu[poisson])
    rest = (excess > 1e-6) & (mu > 0)
    out[rest] = special.betainc(mu[rest] / excess[rest], count[rest] + 1.0, 1.0 / (1.0 + excess[rest]))
    out[below] = 0.0
    return out


def demand_beyond(served: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    r"""Mean and variance of negative binomial demand of which at least so much was asked for.

    With :math:`r = \mu^2 / (\sigma^2 - \mu)`, :math:`d\,p_r(d) = \mu\,p_{r+1}(d - 1)`, and so
    :math:`E[D \mid D \ge s] = \mu\,P_{r+1}(D \ge s - 1) / P_r(D \ge s)`; the second factorial moment
    likewise. Tails are incomplete beta functions, which also take units that are no whole numbers.

    Parameters
    ----------
    served
        Units sold when stock ran out, 0 or more, shape (n,).
    mean, variance
        Of demand, shape (n,); a variance up to the mean counts as Poisson's.

    Returns
    -------
    mean, variance
        Shape (n,); the mean is at least `served`.

    Examples
    --------
    A geometric law forgets: whatever was served, as much again is to be expected.

    >>> mean, _ = demand_beyond(np.array([0.0, 5.0]), np.array([2.0, 2.0]), np.array([6.0, 6.0]))
    >>> mean.round(6).tolist()
    [2.0, 7.0]
    """
    mu = np.maximum(mean, _LEAST_MEAN)
    excess = np.maximum(variance - mu, 1e-6 * mu)
    size, chance = mu**2 / excess, excess / (excess + mu)

    def tail(at: Floats, shape: Floats) -> Floats:
        return np.where(at <= 0, 1.0, special.betainc(np.maximum(at, 1e-12), shape, chance))

    beyond = tail(served, size)
    usable = beyond > 1e-250
    safe = np.where(usable, beyond, 1.0)
    first = mu * tail(served - 1.0, size + 1.0) / safe
    second = mu**2 * (size + 1.0) / size * tail(served - 2.0, size + 2.0) / safe
    spread = np.maximum(second + first - first**2, 0.0)
    # Far beyond what the law knows: a geometric tail at its own rate.
    expected = np.where(usable, np.maximum(first, served), served + excess / mu)
    return np.asarray(expected), np.asarray(np.where(usable, spread, (excess / mu) ** 2))
