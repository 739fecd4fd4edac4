r"""How far demand strays from its mean: the law of each period, and of the sum over each window.

Forecasts of the past are held against what came. Of a period or of a window's sum with mean
:math:`\mu` the variance is :math:`\varphi\mu`, with :math:`\varphi` learnt by trees from the same
features as the mean (squared Pearson residuals are its noisy sightings; Smyth, 1989), and for sums also
a part that grows with :math:`\mu^2`: a level that was wrong is wrong for the whole window. The law is
a negative binomial. What its quantiles then miss is put right by the held-out probability integral
transform (Gneiting, Balabdaoui and Raftery, 2007): if only 94 % of what came lies below the 97.5 %
quantile, a higher level is read off the law.
"""

__all__ = ["Recalibration", "Spread", "WindowSpread", "fit_spread", "fit_window", "recalibrate"]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from ..distribution import negative_binomial_cdf, negative_binomial_quantiles
from . import boosters
from .boosters import Booster, TreesFailedError, boosted
from .settings import EngineSettings

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

_LEAST_MEAN = 1e-3
_ROUNDS, _LEAVES, _LEARNING_RATE = 60, 31, 0.1
_LEAST_ROWS = 2_000
_RANGE = (0.5, 200.0)
# Volume classes for the recalibration, by mean: the same number of observations in each.
_CLASSES, _LEAST_IN_CLASS, _MOST_TRANSFORMED = 6, 2_000, 240_000
_LEVEL_RANGE = (1e-4, 1 - 1e-4)


@dataclass(frozen=True)
class Spread:
    """Variance over mean, by trees or, where there was too little to learn from, one number."""

    booster: Booster | None
    constant: float

    def ratio(self, features: Singles, mean: Floats, threads: int) -> Floats:
        """Variance over mean, shape (rows,)."""
        if self.booster is None or boosters.trees_missing() is not None:
            return np.full(mean.size, self.constant)
        log_ratio = self.booster.raw(_with_mean(features, mean), threads)
        return np.asarray(np.clip(np.exp(log_ratio), *_RANGE))


def _with_mean(features: Singles, mean: Floats) -> Singles:
    log_mean = np.log(np.maximum(mean, _LEAST_MEAN)).astype(np.float32)
    return np.concatenate([features, log_mean[:, None]], axis=1)


def fit_spread(features: Singles, mean: Floats, actual: Floats, settings: EngineSettings) -> Spread:
    """Learn variance over mean from what came on held-out periods.

    Parameters
    ----------
    features
        Shape (rows, columns).
    mean, actual
        Forecast and what came, units, shape (rows,).
    settings
        Seed and threads.

    Returns
    -------
    Spread
        By trees, or one number if there are too few rows or LightGBM is missing or fails.
    """
    mu = np.maximum(mean, _LEAST_MEAN)
    residual = (actual - mu) ** 2 / mu
    weight = np.sqrt(np.clip(mu, 0.05, 20.0))
    constant = float(np.clip(np.average(residual, weights=weight), *_RANGE)) if mu.size else 1.5
    if mu.size < _LEAST_ROWS or boosters.trees_missing() is not None:
        return Spread(None, constant)
    import lightgbm

    parameters = {
        "objective": "poisson",
        "learning_rate": _LEARNING_RATE,
        "num_leaves": _LEAVES,
        "min_data_in_leaf": int(np.clip(mu.size // 200, 20, 500)),
        "feature_fraction": 0.6,
        "bagging_fraction": 0.6,
        "bagging_freq": 1,
        "lambda_l2": 10.0,
        "max_bin": 63,
        # without an own average the model's start is the constant, which prediction must add
        "boost_from_average": False,
    }
    start = float(np.log(constant))
    data = lightgbm.Dataset(
        _with_mean(features, mu),
        residual,
        weight=weight,
        init_score=np.full(mu.size, start),
        params={"max_bin": 63, "verbose": -1},
    )
    try:
        return Spread(Booster(boosted(data, parameters, _ROUNDS, settings), start), constant)
    except TreesFailedError:
        return Spread(None, constant)


@dataclass(frozen=True)
class WindowSpread:
    """Variance of a sum of mean m: `ratio` times its periods' ratio times m, plus `level` times m squared."""

    ratio: float
    level: float

    def variance(self, mean: Floats, period_ratio: Floats) -> Floats:
        """Variance of sums, shape (n,)."""
        return np.asarray(np.maximum(self.ratio * period_ratio * mean + self.level * mean**2, mean))


def fit_window(mean: Floats, period_ratio: Floats, actual: Floats) -> WindowSpread:
    """Fit the variance of sums over one window length, by non-negative least squares.

    Parameters
    ----------
    mean, actual
        Forecast and actual sums, units, shape (rows,).
    period_ratio
        Variance over mean of the periods within, shape (rows,).

    Returns
    -------
    WindowSpread
        The two coefficients.
    """
    mu = np.maximum(mean, _LEAST_MEAN)
    scale = 1.0 / (period_ratio * mu + 0.05 * mu**2)
    columns = np.stack([period_ratio * mu, mu**2], axis=1) * scale[:, None]
    found, _ = nnls(columns, (actual - mu) ** 2 * scale)
    return WindowSpread(max(float(found[0]), 0.3), float(found[1]))


@dataclass(frozen=True)
class Recalibration:
    """By volume class the levels to read off the law instead of the nominal ones.

    Attributes
    ----------
    edges
        Means that part the classes, ascending.
    levels
        Shape (classes, levels), ascending in each row.
    """

    edges: Floats
    levels: Floats

    def quantiles(self, mean: Floats, variance: Floats) -> Floats:
        """Quantiles of each law, shape (rows, levels)."""
        out = np.zeros((mean.size, self.levels.shape[1]))
        of_class = np.searchsorted(self.edges, mean)
        for code in np.unique(of_class):
            rows = np.flatnonzero(of_class == code)
            out[rows] = negative_binomial_quantiles(mean[rows], variance[rows], list(self.levels[code]))
        return out


def recalibrate(mean: Floats, variance: Floats, actual: Floats, settings: EngineSettings) -> Recalibration:
    """Find the levels at which as much of what came lies below as the nominal levels say.

    Parameters
    ----------
    mean, variance, actual
        Held-out laws and what came, shape (rows,).
    settings
        Levels and seed.

    Returns
    -------
    Recalibration
        The nominal levels where there is too little to tell.
    """
    nominal = np.asarray(settings.levels)
    if mean.size < _LEAST_IN_CLASS:
        return Recalibration(np.zeros(0), nominal[None, :])
    rng = np.random.default_rng(settings.seed)
    rows = np.arange(mean.size)
    if rows.size > _MOST_TRANSFORMED:
        rows = np.sort(rng.choice(rows, _MOST_TRANSFORMED, replace=False))
    mu, var, came = mean[rows], variance[rows], np.round(actual[rows])
    n_classes = int(np.clip(mu.size // _LEAST_IN_CLASS, 1, _CLASSES))
    # equal means fall into one class, and no class may be empty
    edges = np.unique(np.quantile(mu, np.arange(1, n_classes) / n_classes, method="lower"))
    edges = edges[edges < mu.max()]
    below, upto = (negative_binomial_cdf(came - shift, mu, var) for shift in (1.0, 0.0))
    transform = below + rng.random(mu.size) * (upto - below)
    of_class = np.searchsorted(edges, mu)
    levels = np.stack([np.quantile(transform[of_class == code], nominal) for code in range(edges.size + 1)])
    levels = np.clip(levels, *_LEVEL_RANGE)
    # equal levels would not be ascending
    levels = np.maximum.accumulate(levels + 1e-9 * np.arange(nominal.size), axis=1)
    return Recalibration(edges, levels)
