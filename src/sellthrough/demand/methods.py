"""The competing forecasts of every series: shares of the category's total, tails, baselines."""

__all__ = [
    "BASELINES",
    "NEW_ITEM_METHOD",
    "Candidates",
    "candidate_forecasts",
    "seasonal_naive",
    "weekday_mean",
]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contracts import ForecastSettings
from .intermittent import demand_interval, intermittent_levels
from .panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BASELINES: tuple[str, ...] = ("weekday_mean_8w", "seasonal_naive")
NEW_ITEM_METHOD = "category_mean_shrunk"
_BASELINE_WEEKS = 8
_RECENCY_HALF_LIFE_DAYS = 28.0
_LONG_RUN_DAYS = 365
_PRIOR_UNITS = 2.0
_NEW_ITEM_PRIOR_DAYS = 14.0
_LEAST_AGREEMENT = 0.1


@dataclass(frozen=True)
class Candidates:
    """Competing forecasts from one origin.

    Attributes
    ----------
    means
        By method, shape (n, ahead), units; NaN where a method does not apply.
    intermittent
        True for series with long intervals between demands, shape (n,).
    short
        True for series with fewer usable days than asked for, shape (n,).
    shape
        Expected total by aggregate, shape (aggregates, T + ahead).
    """

    means: dict[str, Floats]
    shape: Floats
    intermittent: Bools
    short: Bools


def weekday_mean(panel: Panel, ahead: int, weeks: int = _BASELINE_WEEKS) -> Floats:
    """Mean of the same weekday over the last weeks, in-stock days only.

    Parameters
    ----------
    panel
        Demand up to the origin.
    ahead
        Days to forecast.
    weeks
        Weeks looked back.

    Returns
    -------
    numpy.ndarray
        Shape (n, ahead), units. A weekday never seen takes the mean of the others.
    """
    back = min(weeks * 7, panel.n_days)
    units, weight = panel.units[:, -back:], panel.weight[:, -back:]
    sums, seen = np.zeros((panel.n_series, 7)), np.zeros((panel.n_series, 7))
    for offset in range(7):
        columns = slice((back + offset) % 7, None, 7)
        sums[:, offset] = (units[:, columns] * weight[:, columns]).sum(axis=1)
        seen[:, offset] = weight[:, columns].sum(axis=1)
    total, days = sums.sum(axis=1), seen.sum(axis=1)
    # Nothing in stock for weeks: all that is known of the series.
    alive = np.maximum(panel.n_days - panel.start, 1)
    overall = np.divide(total, days, out=panel.units.sum(axis=1) / alive, where=days > 0)
    profile = np.where(seen > 0, sums / np.where(seen > 0, seen, 1.0), overall[:, None])
    return np.asarray(profile[:, np.arange(ahead) % 7])


def seasonal_naive(panel: Panel, ahead: int) -> Floats:
    """Last week again: each day takes the value of the same weekday before the origin.

    Parameters
    ----------
    panel
        Demand up to the origin.
    ahead
        Days to forecast.

    Returns
    -------
    numpy.ndarray
        Shape (n, ahead), units. Days before a series' start take its weekday mean.
    """
    if panel.n_days < 7:
        return weekday_mean(panel, ahead)
    days = panel.n_days - 7 + np.arange(ahead) % 7
    return np.where(days[None, :] >= panel.start[:, None], panel.units[:, days], weekday_mean(panel, ahead))


def _weekday_profile(totals: Floats, ahead: int) -> Floats:
    """Repeat the totals' weekday means of the last weeks over past and future: (known + ahead,)."""
    known = totals.size
    back = min(_BASELINE_WEEKS * 7, known)
    weekday = np.arange(known + ahead) % 7
    recent = weekday[known - back : known]
    sums = np.bincount(recent, weights=totals[known - back :], minlength=7)
    seen = np.bincount(recent, minlength=7)
    mean = max(float(totals[known - back :].mean()), 1e-9)
    profile = np.where(seen > 0, sums / np.maximum(seen, 1), mean) if back >= 14 else np.full(7, mean)
    # A weekday without demand must not stop a series for good.
    return np.asarray(np.maximum(profile, 0.01 * mean)[weekday])


def candidate_forecasts(
    panel: Panel, expected: list[Floats | None], ahead: int, settings: ForecastSettings
) -> Candidates:
    """Forecast every series from the panel's last day with every method that applies.

    Parameters
    ----------
    panel
        Demand up to the origin.
    expected
        By aggregate the expected total on the panel's days and the next ones, shape
        (T + ahead,), or None where there is no model of the total.
    ahead
        Days to forecast.
    settings
        Share window, history asked for, and the limit of intermittency.

    Returns
    -------
    Candidates
        Means of at least the two baselines for every series.
    """
    known = panel.n_days
    has_total = np.array([values is not None for values in expected], dtype=bool)[panel.aggregate]
    totals = panel.totals()
    shape = np.stack(
        [
            _weekday_profile(totals[index], ahead) if values is None else np.maximum(values, 1e-9)
            for index, values in enumerate(expected)
        ]
    )
    level, short = _levels(panel, shape[:, :known], settings)
    future = shape[panel.aggregate, known:]
    anchored = level[:, None] * future
    sums = np.bincount(panel.aggregate, weights=level, minlength=len(expected))
    share = np.divide(level, sums[panel.aggregate], out=np.zeros_like(level), where=sums[panel.aggregate] > 0)
    means = {
        "weekday_mean_8w": weekday_mean(panel, ahead),
        "seasonal_naive": seasonal_naive(panel, ahead),
        "prophet_share": np.where(has_total[:, None], share[:, None] * future, np.nan),
        "prophet_level": np.where(has_total[:, None], anchored, np.nan),
        NEW_ITEM_METHOD: anchored,
    }
    intermittent = demand_interval(panel) >= settings.intermittent_adi
    recent = np.maximum(shape[:, max(known - settings.share_window_days, 0) : known].mean(axis=1), 1e-9)
    relative = np.clip(shape[:, known:] / recent[:, None], 0.1, 10.0)[panel.aggregate]
    for name, daily in intermittent_levels(panel, intermittent & ~short).items():
        # Four held-out weeks can't show what a flat line costs over a season: where there is a
        # model of the total, a tail follows its shape.
        flat = np.repeat(daily[:, None], ahead, axis=1)
        means[name] = np.where(has_total[:, None], np.nan, flat)
        means[f"{name}_seasonal"] = np.where(has_total[:, None], daily[:, None] * relative, np.nan)
    return Candidates(means=means, shape=shape, intermittent=intermittent, short=short)


def _agreement(panel: Panel, back: int) -> Floats:
    """How far a SKU's promotion of each day agrees with its category's, shape (n, back), 0.1 to 1.

    The category's total holds the uplift of the average SKU. On a day when only some are promoted,
    neither those nor the others tell their share of it.
    """
    promoted, weight = panel.promoted[:, -back:], panel.weight[:, -back:]
    if not promoted.any():
        return np.ones(promoted.shape)
    rate = np.zeros((len(panel.aggregates), back))
    for index in range(len(panel.aggregates)):
        rows = panel.aggregate == index
        on = (weight[rows] * promoted[rows]).sum(axis=0)
        rate[index] = np.divide(on, weight[rows].sum(axis=0), out=np.zeros(back), where=on > 0)
    of_series = rate[panel.aggregate]
    return np.asarray(np.maximum(np.where(promoted, of_series, 1.0 - of_series), _LEAST_AGREEMENT))


def _levels(panel: Panel, shape: Floats, settings: ForecastSettings) -> tuple[Floats, Bools]:
    """Demand of each series per unit of its category's expected total, and which series are short.

    The recent ratio counts recent days more, and is shrunk to the year's ratio as if two units had
    been seen at that (a gamma-Poisson posterior mean). A short series is shrunk to its category's.
    """
    known = panel.n_days
    agreement = _agreement(panel, min(max(_LONG_RUN_DAYS, settings.share_window_days), known))

    def ratio(window: int, half_life: float | None) -> tuple[Floats, Floats]:
        back = min(window, known)
        decay = np.ones(back) if half_life is None else 0.5 ** (np.arange(back)[::-1] / half_life)
        weight = panel.weight[:, -back:] * decay * agreement[:, -back:]
        exposure = np.einsum("ij,ij->i", weight, shape[panel.aggregate, -back:])
        return np.einsum("ij,ij->i", weight, panel.units[:, -back:]), exposure

    units, exposure = ratio(settings.share_window_days, _RECENCY_HALF_LIFE_DAYS)
    year_units, year_exposure = ratio(_LONG_RUN_DAYS, None)
    usual = np.divide(year_units, year_exposure, out=np.zeros_like(units), where=year_exposure > 0)
    prior = np.divide(_PRIOR_UNITS, usual, out=np.zeros_like(units), where=usual > 0)
    own_exposure = exposure + prior
    level = np.divide(
        units + _PRIOR_UNITS * (usual > 0), own_exposure, out=np.zeros_like(units), where=own_exposure > 0
    )
    short = (panel.weight > 0).sum(axis=1) < settings.min_history_days
    regular = ~short & (level > 0)
    counts = np.bincount(panel.aggregate[regular], minlength=shape.shape[0])
    sums = np.bincount(panel.aggregate[regular], weights=level[regular], minlength=shape.shape[0])
    typical = np.divide(sums, counts, out=np.zeros(shape.shape[0]), where=counts > 0)[panel.aggregate]
    pseudo = _NEW_ITEM_PRIOR_DAYS * shape[:, -min(28, known) :].mean(axis=1)[panel.aggregate]
    pseudo = np.where(typical > 0, pseudo, 0.0)
    blended = np.divide(
        year_units + typical * pseudo,
        year_exposure + pseudo,
        out=np.zeros_like(units),
        where=year_exposure + pseudo > 0,
    )
    return np.where(short, blended, level), short
