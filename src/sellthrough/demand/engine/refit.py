"""Whether a kept fit still holds."""

__all__ = ["refit_reason"]

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from .fit import EngineFit, fingerprint
from .grid import Grid
from .laws import period_ratios
from .score import shipped
from .settings import EngineSettings

Floats = NDArray[np.float64]

# Totals are judged from so many periods on, and call for a new fit beyond so many standard deviations:
# among a hundred groups looked at each day, chance alone reaches that once in decades.
_LEAST_PERIODS, _MOST_DEVIATIONS = 7, 4.0


def refit_reason(grid: Grid, fit: EngineFit | None, settings: EngineSettings, refit_days: int) -> str | None:
    """Say why a new fit is due.

    It is due if none is kept, if the kept one was made with other columns or settings, is of a later
    day or older than allowed, or if demand has drifted: what it would have forecast from its own origin
    for the periods since then is held against what came. A total, of all series or of a group, more than
    four standard deviations off its forecast is a drift; the deviation is that of totals on held-out
    periods, at least 5 % of the total. Seven periods must have passed.

    Parameters
    ----------
    grid
        History up to now.
    fit
        The kept fit, if there is one.
    settings
        Settings of now.
    refit_days
        Age at which a fit is replaced anyway.

    Returns
    -------
    str or None
        One sentence, or None where the fit still holds.
    """
    if fit is None:
        return "no fit is kept"
    if fit.fingerprint != fingerprint(settings.of_fit, grid.columns):
        return "columns or settings changed"
    if fit.fitted_on > grid.last_on:
        return f"the kept fit is of a later day, {fit.fitted_on}"
    if fit.fitted_on + timedelta(days=refit_days) <= grid.last_on:
        return f"the kept fit is of {fit.fitted_on}: {refit_days} days are over"
    return _drift(grid, fit, settings)


def _drift(grid: Grid, fit: EngineFit, settings: EngineSettings) -> str | None:
    since = int((np.datetime64(grid.last_on) - np.datetime64(fit.fitted_on)).astype(np.int64))
    ahead = min(since // grid.period_days, settings.horizon)
    origin = grid.n_known - since // grid.period_days
    if ahead < _LEAST_PERIODS or origin < 1:
        return None
    past = grid.until(origin, ahead)
    made = shipped(past, fit, settings)
    # what had no history then is no drift but a launch
    after = slice(origin, origin + ahead)
    weight = np.where((grid.start < origin)[:, None], grid.weight[:, after], 0.0)
    ratio = period_ratios(fit.laws.spread, made.view, made.mean, settings.threads)
    parts = (made.mean, made.mean * np.maximum(ratio, 1.0), grid.units[:, after])
    mean, variance, actual = (
        np.bincount(grid.group, (part * weight).sum(axis=1), minlength=grid.n_groups).astype(np.float64)
        for part in parts
    )
    law = fit.laws.totals
    whole = np.array([mean.sum()]), np.array([variance.sum()])
    apart = float((actual.sum() - whole[0][0]) / law.deviation(*whole)[0])
    if abs(apart) > _MOST_DEVIATIONS:
        return _told("the total", actual.sum(), mean.sum(), apart, ahead)
    each = (actual - mean) / law.deviation(mean, variance)
    worst = int(np.argmax(np.abs(each)))
    if abs(each[worst]) > _MOST_DEVIATIONS:
        example = grid.series[int(np.argmax(grid.group == worst))]
        whose = f"the total of the group of series {example}"
        return _told(whose, actual[worst], mean[worst], float(each[worst]), ahead)
    return None


def _told(whose: str, actual: float, mean: float, apart: float, ahead: int) -> str:
    return (
        f"demand drifted: {whose} was {actual:.0f} units in {ahead} periods where {mean:.0f} were forecast, "
        f"{abs(apart):.1f} standard deviations off"
    )
