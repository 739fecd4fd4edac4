"""Demand over an interval: its mean, variance, quantiles and expected shortfall."""

from __future__ import annotations

__all__ = [
    "MOST_LEAD_TIME_SPREAD",
    "TAIL_DAYS",
    "cumulative_demand",
    "expected_shortfall",
    "gamma_quantile",
    "protection_demand",
    "sum_inflation",
]

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]

TAIL_DAYS = 28
"""Days at the forecast's end whose mean stands for every day beyond it."""

MOST_LEAD_TIME_SPREAD = 2.0
"""Largest standard deviation of a lead time that counts, in means: more says that the mean isn't known."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def cumulative_demand(daily: Floats, days: Floats) -> Floats:
    """Sum of the first `days` days, a fraction of a day counted in proportion.

    Beyond the last day each further day counts as the mean of the last 28.

    Parameters
    ----------
    daily
        Values per day, series x day; at least one day.
    days
        Days from the start, series x anything; zero or more.

    Returns
    -------
    ndarray
        Sums, of the shape of `days`.

    Examples
    --------
    >>> cumulative_demand(np.array([[1.0, 2.0, 3.0]]), np.array([[0.0, 1.5, 3.0, 5.0]])).tolist()
    [[0.0, 2.0, 6.0, 10.0]]
    """
    horizon = daily.shape[1]
    sums = np.concatenate([np.zeros((len(daily), 1)), np.cumsum(daily, axis=1)], axis=1)
    tail = daily[:, -TAIL_DAYS:].mean(axis=1)
    inside = np.clip(days, 0, horizon)
    whole = np.minimum(np.floor(inside).astype(np.int64), horizon - 1)
    low = np.take_along_axis(sums, whole, axis=1)
    high = np.take_along_axis(sums, whole + 1, axis=1)
    beyond = np.maximum(days - horizon, 0) * tail[:, None]
    return np.asarray(low + (high - low) * (inside - whole) + beyond)


def protection_demand(
    mean: Floats,
    variance: Floats,
    lead_time_mean: Floats,
    lead_time_sd: Floats,
    review_days: Floats,
    inflation: Floats,
) -> tuple[Floats, Floats]:
    r"""Mean and variance of demand over lead time plus review, lead time being random.

    The lead time is lognormal with the given mean and standard deviation. With :math:`C` and :math:`V` the
    cumulative daily means and variances, :math:`N = L + R` and :math:`r` the inflation:
    :math:`E = E_L[C(N)]`, :math:`Var = r\,E_L[V(N)] + Var_L[C(N)]` (law of total variance; with steady demand
    this is the classic :math:`(L + R)\sigma^2 + d^2 s_L^2`, Snyder & Shen, section 4.3.4). The expectation
    over the lead time is a Gauss-Hermite sum of 11 points.

    Parameters
    ----------
    mean, variance
        Daily forecast, series x day, units and units squared; the first column is the first day.
    lead_time_mean, lead_time_sd, review_days
        Days, one per series. A standard deviation above twice the mean counts as twice the mean.
    inflation
        Variance of window sums over the sum of daily variances, one per series, 1 or more.

    Returns
    -------
    mean, variance
        One per series.

    Raises
    ------
    ValueError
        On shapes that don't agree, a negative time or an inflation below 1.

    Examples
    --------
    >>> flat = np.full((1, 30), 2.0)
    >>> one = np.ones(1)
    >>> m, v = protection_demand(flat, flat, 10 * one, 3 * one, 7 * one, one)
    >>> m.round(6).tolist(), v.round(6).tolist()  # 17 * 2, 17 * 2 + 2**2 * 3**2
    ([34.0], [70.0])
    """
    size = len(mean)
    for name, values in (
        ("lead_time_mean", lead_time_mean),
        ("lead_time_sd", lead_time_sd),
        ("review_days", review_days),
        ("inflation", inflation),
    ):
        least = 1 if name == "inflation" else 0
        if values.shape != (size,):
            raise ValueError(
                f"{name} has shape {values.shape}; give one value for each of the {size} series."
            )
        if not (values >= least).all():
            row = int(np.flatnonzero(~(values >= least))[0])
            raise ValueError(f"{name} is {values[row]} for series {row}; give a number of at least {least}.")
    if mean.shape != variance.shape or mean.ndim != 2 or mean.shape[1] == 0:
        raise ValueError(
            f"mean has shape {mean.shape} and variance {variance.shape}; give both as series x day, "
            "one day at least."
        )
    bounded = np.minimum(lead_time_sd, MOST_LEAD_TIME_SPREAD * lead_time_mean)
    spread = np.divide(bounded, lead_time_mean, out=np.zeros(size), where=bounded > 0)
    log_sd = np.sqrt(np.log1p(spread**2))
    # scaled so that the points keep the mean exactly; a lead time of zero days stays zero
    points = np.exp(log_sd[:, None] * _NODES[None, :])
    points = points / (points * _WEIGHTS).sum(axis=1, keepdims=True) * lead_time_mean[:, None]
    interval = points + review_days[:, None]
    sums = cumulative_demand(mean, interval)
    centre = (sums * _WEIGHTS).sum(axis=1)
    within = (cumulative_demand(variance, interval) * _WEIGHTS).sum(axis=1)
    between = ((sums - centre[:, None]) ** 2 * _WEIGHTS).sum(axis=1)
    return centre, inflation * within + between


def sum_inflation(
    history: Floats, window_days: int = 28, *, default: float = 1.5, prior_windows: float = 8.0
) -> Floats:
    r"""How much more the sums of a window vary than independent days would.

    History is cut from its end into windows. For each three in a row the contrast of their sums
    :math:`s_1 - 2 s_2 + s_3`, whose variance is :math:`6 w \sigma^2` for independent days, is compared with
    the daily variance around a straight line through the three: level, trend and the bulk of a season don't
    count. A weekday pattern is taken out first. Each series' ratio is then shrunk to that of all series:
    :math:`r_i = (n_i \hat r_i + k \bar r) / (n_i + k)` with :math:`n_i` its degrees of freedom, and bounded
    to 1 to 10.

    Parameters
    ----------
    history
        Past daily demand, series x day, units; NaN where a series didn't exist yet.
    window_days
        Length of a window, days; a multiple of 7 keeps the weekday pattern out of the sums.
    default
        Ratio where no series has a full block.
    prior_windows
        Degrees of freedom that the ratio of all series counts for.

    Returns
    -------
    ndarray
        One ratio per series.

    Raises
    ------
    ValueError
        If history isn't a matrix or the window is shorter than 2 days.

    Examples
    --------
    >>> sum_inflation(np.zeros((2, 10))).tolist()
    [1.5, 1.5]
    """
    if history.ndim != 2:
        raise ValueError(f"history has {history.ndim} dimension(s); give a matrix of series x day.")
    if window_days < 2:
        raise ValueError(f"window_days is {window_days}; give at least 2.")
    size, length = history.shape
    windows = length // window_days
    pooled = float(np.clip(default, 1, 10))
    if windows < 3 or not size:
        return np.full(size, pooled)
    used = history[:, length - windows * window_days :]
    known = ~np.isnan(used)
    filled = np.where(known, used, 0.0)
    for weekday in range(7):
        columns = slice(weekday, None, 7)
        count = known[:, columns].sum(axis=1)
        level = np.divide(filled[:, columns].sum(axis=1), count, out=np.zeros(size), where=count > 0)
        filled[:, columns] -= level[:, None] * known[:, columns]
    sums = filled.reshape(size, windows, window_days).sum(axis=2)
    contrast = (sums[:, :-2] - 2 * sums[:, 1:-1] + sums[:, 2:]) ** 2 / 6
    line = np.linspace(-1.0, 1.0, 3 * window_days)
    line = line / np.sqrt((line**2).sum())
    top, bottom, freedom = np.zeros(size), np.zeros(size), np.zeros(size)
    for start in range(windows - 2):
        days = slice(start * window_days, (start + 3) * window_days)
        full = known[:, days].all(axis=1)
        block = filled[:, days] - filled[:, days].mean(axis=1, keepdims=True)
        left = (block**2).sum(axis=1) - (block * line).sum(axis=1) ** 2
        top += np.where(full, contrast[:, start], 0.0)
        bottom += np.where(full, left / (3 * window_days - 2) * window_days, 0.0)
        # neighbouring contrasts share two windows of three
        freedom += 0.6 * full
    # what is left of a constant series is rounding error
    varies = bottom > 1e-9 * (1 + np.nansum(used**2, axis=1))
    ratio = np.divide(top, bottom, out=np.ones(size), where=varies)
    freedom = freedom * varies
    if freedom.sum() > 0:
        pooled = float((ratio * freedom).sum() / freedom.sum())
    drawn = (freedom * ratio + prior_windows * pooled) / (freedom + prior_windows)
    return np.asarray(np.clip(drawn, 1.0, 10.0))


def _is_random(mean: Floats, variance: Floats) -> npt.NDArray[np.bool_]:
    """Where a gamma distribution is worth computing: elsewhere demand is nil or as good as certain."""
    return np.asarray((mean > 1e-9) & (variance > 1e-12) & (variance > 1e-12 * mean**2))


def gamma_quantile(mean: Floats, variance: Floats, probability: Floats) -> Floats:
    """Quantile of the gamma distribution with a given mean and variance.

    Parameters
    ----------
    mean, variance, probability
        Arrays of one shape. A variance of zero gives the mean, a mean of zero gives zero.

    Returns
    -------
    ndarray
        Quantiles, zero or more.

    Examples
    --------
    With variance = mean**2 it is the exponential distribution, whose median is mean * ln 2:

    >>> gamma_quantile(np.array([10.0]), np.array([100.0]), np.array([0.5])).round(6).tolist()
    [6.931472]
    """
    random = _is_random(mean, variance)
    safe_mean = np.where(random, mean, 1.0)
    safe_variance = np.where(random, variance, 1.0)
    value = special.gammaincinv(safe_mean**2 / safe_variance, probability) * safe_variance / safe_mean
    return np.where(random, value, np.maximum(mean, 0.0))


def expected_shortfall(mean: Floats, variance: Floats, stock: Floats) -> Floats:
    r"""Return the expected units short, :math:`E[(D - x)^+]`, under gamma demand.

    :math:`\mu\,(1 - G_{k+1}(x)) - x\,(1 - G_k(x))` with :math:`G_k` the gamma distribution function of shape
    :math:`k = \mu^2 / \sigma^2`.

    Parameters
    ----------
    mean, variance
        Of demand, units and units squared.
    stock
        Units available; where negative the missing units count too.

    Returns
    -------
    ndarray
        Units, zero or more.

    Examples
    --------
    Exponential demand with mean 10 and no stock lacks 10, with stock 10 it lacks 10 / e:

    >>> hundred = np.array([100.0, 100.0])
    >>> expected_shortfall(np.array([10.0, 10.0]), hundred, np.array([0.0, 10.0])).round(6).tolist()
    [10.0, 3.678794]
    """
    random = _is_random(mean, variance)
    safe_mean = np.where(random, mean, 1.0)
    safe_variance = np.where(random, variance, 1.0)
    shape = safe_mean**2 / safe_variance
    held = np.maximum(stock, 0.0)
    scaled = held * safe_mean / safe_variance
    short = safe_mean * special.gammaincc(shape + 1, scaled) - held * special.gammaincc(shape, scaled)
    value = np.where(random, short, mean - held)
    return np.maximum(value, 0.0) + np.maximum(-stock, 0.0)
