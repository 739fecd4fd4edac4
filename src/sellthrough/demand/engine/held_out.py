"""What was forecast of the past beside what came, with laws that had not seen it."""

__all__ = ["HeldOut", "HeldOutLook", "hold_out", "quantile_column"]

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .laws import Laws, Seen, learn_laws, period_ratios, window_ratio
from .proof import Look
from .settings import EngineSettings

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True)
class HeldOutLook:
    """One origin's shipped forecast by laws that other origins taught, and every method's mean.

    Attributes
    ----------
    origin
        Periods known.
    mean, variance
        Shape (n, ahead); variance NaN where no other origin could teach it.
    quantiles
        Shape (n, ahead, levels); NaN likewise.
    windows
        By length the variance, shape (n,), and quantiles, shape (n, levels), of the sum.
    means
        By method, shape (n, ahead).
    """

    origin: int
    mean: Floats
    variance: Floats
    quantiles: Floats
    windows: dict[int, tuple[Floats, Floats]]
    means: dict[str, Singles]


@dataclass(frozen=True)
class HeldOut:
    """All origins of a proof, ascending, and the levels of their quantiles."""

    levels: tuple[float, ...]
    looks: list[HeldOutLook]


def quantile_column(level: float) -> str:
    """Name a quantile's column.

    Parameters
    ----------
    level
        Probability.

    Returns
    -------
    str
        At least two digits.

    Examples
    --------
    >>> [quantile_column(level) for level in (0.005, 0.5, 0.975)]
    ['q005', 'q50', 'q975']
    """
    return "q" + f"{level:.10f}".rstrip("0").partition(".")[2].ljust(2, "0")


def hold_out(looks: list[Look], seen: list[Seen], settings: EngineSettings) -> HeldOut:
    """Give each origin's forecast laws that it had no part in: the others of every two teach.

    Parameters
    ----------
    looks
        Forecasts of the past by method.
    seen
        The shipped ones beside what came.
    settings
        Windows, levels, seed, threads.

    Returns
    -------
    HeldOut
        With one origin only there is no honest law: variance and quantiles are NaN.
    """
    taught: list[Laws | None] = [None, None]
    if len(seen) > 1:
        with ThreadPoolExecutor(min(settings.threads, 2)) as pool:
            taught = list(pool.map(lambda half: learn_laws(seen[1 - half :: 2], settings), (0, 1)))
    out = [
        _held_out(look, one, taught[index % 2], settings)
        for index, (look, one) in enumerate(zip(looks, seen, strict=True))
    ]
    return HeldOut(settings.levels, out)


def _held_out(look: Look, one: Seen, laws: Laws | None, settings: EngineSettings) -> HeldOutLook:
    n_series, ahead = one.mean.shape
    size = len(settings.levels)
    fitting = [window for window in settings.windows if window <= ahead]
    unknown = (np.full(n_series, np.nan), np.full((n_series, size), np.nan))
    windows: dict[int, tuple[Floats, Floats]] = dict.fromkeys(fitting, unknown)
    if laws is None:
        variance, quantiles = np.full(one.mean.shape, np.nan), np.full((*one.mean.shape, size), np.nan)
        return HeldOutLook(look.origin, one.mean, variance, quantiles, windows, look.means)
    ratio = period_ratios(laws.spread, one.view, one.mean, settings.threads)
    variance = np.maximum(ratio * one.mean, one.mean)
    quantiles = laws.periods.quantiles(one.mean.ravel(), variance.ravel()).reshape(n_series, ahead, size)
    for window in fitting:
        if window in laws.windows:
            law, levels = laws.windows[window]
            total = one.mean[:, :window].sum(axis=1)
            spread = law.variance(total, window_ratio(one.mean[:, :window], ratio[:, :window]))
            windows[window] = (spread, levels.quantiles(total, spread))
    return HeldOutLook(look.origin, one.mean, variance, quantiles, windows, look.means)
