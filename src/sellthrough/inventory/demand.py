"""Daily demand per SKU-location as matrices: the forecast, or history where there is none."""

from __future__ import annotations

__all__ = ["DailyDemand", "read_demand"]

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sellthrough.inventory._columns import Series, check_columns, dates, day_matrix, match_series, numbers
from sellthrough.inventory.protection import TAIL_DAYS

Floats = npt.NDArray[np.float64]

HISTORY_DAYS = 91
"""Days of history that stand in for a missing forecast: a quarter, so that every weekday counts 13 times."""


@dataclass(frozen=True)
class DailyDemand:
    """Daily demand ahead, one row per position.

    Attributes
    ----------
    first_day
        Day of the first column, days since 1970-01-01.
    mean, variance
        Series x day, units and units squared.
    history
        Series x past day, units; NaN before a series' first row.
    has_forecast, has_history
        What each series' numbers come from.
    """

    first_day: int
    mean: Floats
    variance: Floats
    history: Floats
    has_forecast: npt.NDArray[np.bool_]
    has_history: npt.NDArray[np.bool_]


def read_demand(
    series: Series, positions: pa.Table, forecast: pa.Table, history: pa.Table | None, decided: int
) -> DailyDemand:
    """Read forecast and history into matrices that share the positions' order.

    Parameters
    ----------
    series, positions
        The keys.
    forecast
        sku_id, location_id, forecast_on, mean_units, variance_units. Days before `decided` don't count; after
        its last day a series goes on with the mean of its last 28 days; a
        day that a series lacks between its first and last counts as no demand.
    history
        sku_id, location_id, demand_on, demand_units, or None. Days from `decided` on don't count.
    decided
        The day of the decision, days since 1970-01-01.

    Returns
    -------
    DailyDemand
        With at least one day ahead.

    Raises
    ------
    ValueError
        On missing columns, negative or infinite numbers, or two rows for one day.
    """
    check_columns(
        forecast, "forecast", ["sku_id", "location_id", "forecast_on", "mean_units", "variance_units"]
    )
    rows = match_series(positions, forecast)
    days = dates(forecast, "forecast", "forecast_on")
    means = numbers(forecast, "forecast", "mean_units", minimum=0, allow_null=False)
    variances = numbers(forecast, "forecast", "variance_units", minimum=0, allow_null=False)
    ahead = days[(days >= decided) & (rows >= 0)]
    first = int(ahead.min()) if len(ahead) else decided
    last = int(ahead.max()) if len(ahead) else decided
    mean, variance = day_matrix(series, rows, days, [means, variances], first, last, "forecast")
    has_forecast = np.any(~np.isnan(mean), axis=1)
    past = _read_history(series, positions, history, decided)
    has_history = np.any(~np.isnan(past), axis=1)
    _carry_on(mean)
    _carry_on(variance)
    mean, variance = np.nan_to_num(mean), np.nan_to_num(variance)
    lacking = ~has_forecast & has_history
    if lacking.any():
        recent = past[lacking, -HISTORY_DAYS:]
        count = (~np.isnan(recent)).sum(axis=1)
        level = np.nansum(recent, axis=1) / np.maximum(count, 1)
        spread = np.nansum((recent - level[:, None]) ** 2, axis=1) / np.maximum(count - 1, 1)
        mean[lacking] = level[:, None]
        # a count varies at least as much as Poisson, however quiet the last quarter was
        variance[lacking] = np.maximum(spread, level)[:, None]
    return DailyDemand(first, mean, variance, past, has_forecast, has_history)


def _carry_on(daily: Floats) -> None:
    """Extend series that end before the others with the mean of their own last 28 days, in place."""
    width = daily.shape[1]
    known = ~np.isnan(daily)
    last = width - 1 - np.argmax(known[:, ::-1], axis=1)
    for row in np.flatnonzero(known.any(axis=1) & (last < width - 1)):
        end = last[row] + 1
        recent = np.nan_to_num(daily[row, max(end - TAIL_DAYS, 0) : end])
        daily[row, end:] = recent.mean()


def _read_history(series: Series, positions: pa.Table, history: pa.Table | None, decided: int) -> Floats:
    if history is None or not history.num_rows:
        return np.full((len(series), 0), np.nan)
    check_columns(history, "history", ["sku_id", "location_id", "demand_on", "demand_units"])
    rows = match_series(positions, history)
    days = dates(history, "history", "demand_on")
    units = numbers(history, "history", "demand_units", minimum=0, allow_null=False)
    behind = days[(days < decided) & (rows >= 0)]
    if not len(behind):
        return np.full((len(series), 0), np.nan)
    (matrix,) = day_matrix(series, rows, days, [units], int(behind.min()), decided - 1, "history")
    started = np.logical_or.accumulate(~np.isnan(matrix), axis=1)
    # a day without a row after the first one is a day without demand
    return np.where(started & np.isnan(matrix), 0.0, matrix)
