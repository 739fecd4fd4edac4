"""Multiplicative effects on a rate, each drawn to 1 as far as its own noise explains it."""

__all__ = ["Factor", "Law", "effect", "factor_of", "own_spread", "variance_law"]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LEAST_SPREAD = 1e-6
_PRIOR_DAYS = 5.0


@dataclass(frozen=True)
class Factor:
    """A grouping of rows whose groups sell a common multiple of what else is expected.

    Attributes
    ----------
    code
        Group of each row, shape (n,).
    size
        Number of groups.
    """

    code: Ints
    size: int


@dataclass(frozen=True)
class Law:
    """How the variance of a day's units grows with their mean: ``within * m + between * m**2``.

    Attributes
    ----------
    within
        1 for Poisson arrivals; less for weights and volumes, more for bulk buyers.
    between
        Squared coefficient of variation of the day's own level: 1 / k of a negative binomial.
    """

    within: float
    between: float

    def variance(self, mean: Floats) -> Floats:
        """Variance of units with the given means, shape of `mean`."""
        return np.asarray(self.within * mean + self.between * mean**2)

    def weight(self, mean: Floats) -> Floats:
        """Mean over variance: the weight of a row in a rate (the scores of a negative binomial)."""
        return np.asarray(1.0 / (self.within + self.between * mean))


def factor_of(*codes: tuple[Ints, int]) -> Factor:
    """Cross groupings into one.

    Parameters
    ----------
    *codes
        Codes of shape (n,) and the number of their values.

    Returns
    -------
    Factor
        The crossing.

    Examples
    --------
    >>> crossed = factor_of((np.array([0, 1]), 2), (np.array([2, 0]), 3))
    >>> crossed.code.tolist(), crossed.size
    ([2, 3], 6)
    """
    code, size = codes[0]
    for other, count in codes[1:]:
        code, size = code * count + other, size * count
    if size > 4 * code.size + 1000:  # most crossings never occur
        values, code = np.unique(code, return_inverse=True)
        size = values.size
    return Factor(np.asarray(code, dtype=np.int64), size)


def effect(factor: Factor, units: Floats, mean: Floats) -> Floats:
    r"""Effect of each group: its units over what was expected, drawn to 1.

    With weights :math:`w = m / V(m)` of units y the ratio :math:`r_g = \sum w y / \sum w m` has noise
    :math:`1 / \sum w m`. The spread of true effects :math:`\tau^2` is what the ratios vary beyond
    that (DerSimonian and Laird, 1986), and :math:`(\sum w y + 1/\tau^2) / (\sum w m + 1/\tau^2)` is
    the mean of the gamma posterior.

    Parameters
    ----------
    factor
        The grouping.
    units, mean
        Weighted units and their weighted expectation, 0 where there was no stock, shape (n,).

    Returns
    -------
    numpy.ndarray
        One effect per group, above 0; 1 where the groups differ by no more than noise.
    """
    real = np.bincount(factor.code, units, factor.size)
    expected = np.bincount(factor.code, mean, factor.size)
    seen = expected > 0
    total = float(expected.sum())
    count = int(seen.sum())
    if count < 2:
        return np.ones(factor.size)
    ratio = np.divide(real, expected, out=np.ones(factor.size), where=seen)
    middle = float(real.sum()) / total
    scale = total - float((expected**2).sum()) / total
    if scale <= 0:
        return np.ones(factor.size)
    spread = (float((expected * (ratio - middle) ** 2).sum()) - (count - 1)) / scale
    if not spread > _LEAST_SPREAD:
        return np.ones(factor.size)
    return np.asarray((real + 1.0 / spread) / (expected + 1.0 / spread))


def variance_law(units: Floats, mean: Floats, most_within: float = np.inf) -> Law:
    """Fit the law of variances to squared errors by weighted least squares.

    Parameters
    ----------
    units, mean
        Units and their expectation, shape (m,).
    most_within
        Upper bound of `within`: 1 where units are known to come one by one. Means that hardly differ
        can't tell the two parts of the variance apart; the bound does.

    Returns
    -------
    Law
        Both coefficients at least 0, the first above 0.
    """
    base = np.maximum(mean, 1e-4)
    error = (units - mean) ** 2
    law = Law(1.0, 0.3)
    if base.size == 0:
        return law
    for _ in range(3):
        once = base / np.maximum(law.variance(base), 1e-12) ** 2
        twice = once * base
        first_moment, second_moment = float((once * error).sum()), float((twice * error).sum())
        thrice = twice * base
        second, third, fourth = float(twice.sum()), float(thrice.sum()), float((thrice * base).sum())
        determinant = second * fourth - third**2
        if determinant <= 1e-9 * second * fourth:
            within, between = first_moment / second, 0.0
        else:
            within = (first_moment * fourth - second_moment * third) / determinant
            between = (second * second_moment - third * first_moment) / determinant
        if between < 0:
            within, between = first_moment / second, 0.0
        elif within < 0:
            within, between = 0.0, second_moment / fourth
        if within > most_within:
            within, between = most_within, (second_moment - most_within * third) / fourth
        law = Law(max(within, 1e-3), max(between, 0.0))
    return law


def own_spread(series: Ints, units: Floats, mean: Floats, law: Law) -> Floats:
    """Fit each series' own coefficient of the squared mean, drawn to the law's.

    Fast sellers scatter less about their mean than slow ones, and bulk buyers more.

    Parameters
    ----------
    series
        Codes from 0, shape (m,).
    units, mean
        Units and their expectation, shape (m,).
    law
        The law of all.

    Returns
    -------
    numpy.ndarray
        At least 0, one per series up to the highest code.
    """
    weight = 1.0 / np.maximum(law.variance(mean), 1e-12) ** 2
    excess = np.bincount(series, weight * ((units - mean) ** 2 - law.within * mean) * mean**2)
    scale = np.bincount(series, weight * mean**4)
    # Days whose own level is all their variance weigh 1 / between^2 each.
    prior = _PRIOR_DAYS / max(law.between, 0.05) ** 2
    return np.asarray(np.maximum((excess + prior * law.between) / (scale + prior), 0.0))
