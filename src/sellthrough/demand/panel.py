"""Long demand tables as matrices of series by day, checked once."""

__all__ = ["Drivers", "Panel", "read_drivers", "read_panel"]

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .contracts import DRIVERS_SCHEMA, HISTORY_SCHEMA, ForecastSettings
from .tables import day_numbers, floats, refuse_nulls, text_codes, typed_column

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_CATEGORY = "(no category)"
_EPOCH = np.datetime64("1970-01-01", "D")
# A spike is above this many times the median selling day ...
_SPIKE_RATIO = 20.0
# ... above this many units ...
_SPIKE_UNITS = 30.0
# ... and so rare that at most this share of days (at least two) comes near it.
_SPIKE_DAY_SHARE = 0.01


@dataclass(frozen=True)
class Panel:
    """Demand of n series on T days, all ending on the last one.

    Attributes
    ----------
    sku_id, channel_id, location_id
        Keys by series, ascending.
    category, aggregate
        Category by series, and the number of its category x channel aggregate.
    aggregates
        Category and channel of each aggregate, ascending.
    units
        Demand, shape (n, T): 0 before a series starts, on unknown days the mean of its known days,
        spikes capped.
    weight
        How far a day tells about demand: its in-stock share, 0 before the start and on unknown days.
    promoted
        True where the SKU was on promotion.
    start
        Index of each series' first day.
    days
        The T days as datetime64[D].
    unknown_days, spike_days
        Count of unusable and of capped days by series.
    """

    sku_id: NDArray[Any]
    channel_id: NDArray[Any]
    location_id: NDArray[Any]
    category: NDArray[Any]
    aggregate: Ints
    aggregates: list[tuple[str, str]]
    units: Floats
    weight: Floats
    promoted: Bools
    start: Ints
    days: NDArray[np.datetime64]
    unknown_days: Ints
    spike_days: Ints

    @property
    def n_series(self) -> int:
        """Number of series."""
        return int(self.units.shape[0])

    @property
    def n_days(self) -> int:
        """Number of days."""
        return int(self.units.shape[1])

    def until(self, origin: int) -> "Panel":
        """Return the panel as it was known after its first `origin` days."""
        return replace(
            self,
            units=self.units[:, :origin],
            weight=self.weight[:, :origin],
            promoted=self.promoted[:, :origin],
            days=self.days[:origin],
        )

    def rows(self, chosen: Bools) -> "Panel":
        """Return the chosen series, numbered within the same aggregates."""
        return replace(
            self,
            sku_id=self.sku_id[chosen],
            channel_id=self.channel_id[chosen],
            location_id=self.location_id[chosen],
            category=self.category[chosen],
            aggregate=self.aggregate[chosen],
            units=self.units[chosen],
            weight=self.weight[chosen],
            promoted=self.promoted[chosen],
            start=self.start[chosen],
            unknown_days=self.unknown_days[chosen],
            spike_days=self.spike_days[chosen],
        )

    def totals(self) -> Floats:
        """Sum the series of each aggregate, shape (aggregates, T)."""
        out = np.zeros((len(self.aggregates), self.n_days))
        for index in range(len(self.aggregates)):
            out[index] = self.units[self.aggregate == index].sum(axis=0)
        return out


@dataclass(frozen=True)
class Drivers:
    """What is known about past and future days, by aggregate: shape (aggregates, T + horizon)."""

    promotion_rate: Floats
    spend_amount: Floats


def read_panel(history: pa.Table, settings: ForecastSettings) -> Panel | None:
    """Turn a history table into matrices and check it on the way.

    Parameters
    ----------
    history
        Columns of `HISTORY_SCHEMA`, in any order, dense from each series' first day to the cut-off.
    settings
        Gives the cut-off.

    Returns
    -------
    Panel or None
        None if the history has no rows.

    Raises
    ------
    ValueError
        If a column is missing, a key is empty or doubled, a day lies after the cut-off, or a
        series has gaps or ends before the cut-off.
    """
    where = "demand history"
    data = {field.name: typed_column(history, field.name, field.type, where) for field in HISTORY_SCHEMA}
    if history.num_rows == 0:
        return None
    refuse_nulls({key: data[key] for key in ("sku_id", "channel_id", "location_id", "demand_on")}, where)
    day = day_numbers(data["demand_on"])
    cutoff = int((np.datetime64(settings.cutoff_on, "D") - _EPOCH).astype(np.int64))
    if day.max() > cutoff:
        raise ValueError(
            f"The demand history reaches {_EPOCH + int(day.max())}, after the cut-off {settings.cutoff_on}: "
            "leave later days out or move the cut-off."
        )
    keys, series = _series(data)
    first_day = int(day.min())
    n_series, n_days = len(keys[0]), cutoff - first_day + 1
    column = day - first_day
    start, present = _dense(keys, series, column, n_days, settings)
    units = np.zeros((n_series, n_days))
    weight = np.zeros((n_series, n_days))
    promoted = np.zeros((n_series, n_days), dtype=bool)
    values = floats(data["demand_units"])
    units[series, column] = values
    share = floats(data["in_stock_share"])
    weight[series, column] = np.clip(np.nan_to_num(share, nan=1.0), 0.0, 1.0)
    promoted[series, column] = pc.fill_null(data["is_promoted"], False).to_numpy(zero_copy_only=False)
    category_codes, categories = text_codes(pc.fill_null(data["category"], NO_CATEGORY))
    by_series = np.zeros(n_series, dtype=np.int64)
    last = column == n_days - 1
    by_series[series[last]] = category_codes[last]
    category = categories[by_series]
    pairs = sorted(set(zip(category, keys[1], strict=True)))
    number = {pair: index for index, pair in enumerate(pairs)}
    aggregate = np.array([number[pair] for pair in zip(category, keys[1], strict=True)], dtype=np.int64)
    unknown = present & ~(np.isfinite(units) & (units >= 0))
    units, weight = _fill_unknown(units, weight, present, unknown)
    units, spikes = _cap_spikes(units)
    return Panel(
        sku_id=keys[0],
        channel_id=keys[1],
        location_id=keys[2],
        category=category,
        aggregate=aggregate,
        aggregates=pairs,
        units=units,
        weight=weight,
        promoted=promoted,
        start=start,
        days=(_EPOCH + first_day) + np.arange(n_days),
        unknown_days=unknown.sum(axis=1).astype(np.int64),
        spike_days=spikes,
    )


def _series(data: dict[str, pa.Array]) -> tuple[tuple[NDArray[Any], ...], Ints]:
    """SKU, channel and location of each series, ascending, and the series of each row."""
    sku, channel, location = (text_codes(data[key]) for key in ("sku_id", "channel_id", "location_id"))
    n_channels, n_locations = len(channel[1]), len(location[1])
    combined = (sku[0] * n_channels + channel[0]) * n_locations + location[0]
    found, series = np.unique(combined, return_inverse=True)
    return (
        sku[1][found // (n_channels * n_locations)],
        channel[1][found // n_locations % n_channels],
        location[1][found % n_locations],
    ), series


def _dense(
    keys: tuple[NDArray[Any], ...], series: Ints, column: Ints, n_days: int, settings: ForecastSettings
) -> tuple[Ints, Bools]:
    """First day of each series and the days it has, which must be all from there to the cut-off."""
    n_series = len(keys[0])
    start = np.full(n_series, n_days, dtype=np.int64)
    np.minimum.at(start, series, column)
    rows = np.bincount(series, minlength=n_series)
    present = np.zeros((n_series, n_days), dtype=bool)
    present[series, column] = True
    bad = (present.sum(axis=1) != rows) | (rows != n_days - start)
    if bad.any():
        at = int(np.argmax(bad))
        name = " / ".join(str(key[at]) for key in keys)
        raise ValueError(
            f"Series {name} has {rows[at]} rows for the {n_days - start[at]} days from its first to "
            f"{settings.cutoff_on} in the demand history: give each day exactly once."
        )
    return start, present


def _fill_unknown(units: Floats, weight: Floats, present: Bools, unknown: Bools) -> tuple[Floats, Floats]:
    """Put a series' mean on its unknown days, so that its category's total keeps its level."""
    if not unknown.any():
        return units, weight
    known = present & ~unknown
    mean = np.where(known, units, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(unknown, mean[:, None], units), np.where(unknown, 0.0, weight)


def _cap_spikes(units: Floats) -> tuple[Floats, Ints]:
    """Cap days that are far above anything else in their series, and count them."""
    n_series, n_days = units.shape
    spikes = np.zeros(n_series, dtype=np.int64)
    candidates = np.flatnonzero(units.max(axis=1) > _SPIKE_UNITS)
    for row in candidates:
        positive = units[row][units[row] > 0]
        median = float(np.median(positive))
        top = units[row].max()
        if top <= max(_SPIKE_RATIO * median, _SPIKE_UNITS):
            continue
        rank = min(max(2, int(_SPIKE_DAY_SHARE * n_days)), positive.size - 1)
        regular = float(np.partition(positive, positive.size - 1 - rank)[positive.size - 1 - rank])
        cap = max(_SPIKE_RATIO * median, _SPIKE_UNITS, 3.0 * regular) if positive.size > 1 else _SPIKE_UNITS
        spikes[row] = int((units[row] > cap).sum())
        units[row] = np.minimum(units[row], cap)
    return units, spikes


def read_drivers(drivers: pa.Table, panel: Panel, settings: ForecastSettings) -> Drivers:
    """Lay drivers out by aggregate and day, from the first day of history to the horizon's end.

    Unknown promotion rates and unknown past spend are 0. Spend that is unknown on a future day is
    the mean of the same weekday over the last 28 days.

    Parameters
    ----------
    drivers
        Columns of `DRIVERS_SCHEMA`; may be empty; rows of other aggregates or days are left out.
    panel
        Gives aggregates and days.
    settings
        Gives the horizon.

    Returns
    -------
    Drivers
        Two arrays of shape (aggregates, T + horizon).

    Raises
    ------
    ValueError
        If a column is missing, a key is empty or doubled, a promotion rate lies outside 0 to 1, or
        spend is negative.
    """
    where = "drivers"
    data = {field.name: typed_column(drivers, field.name, field.type, where) for field in DRIVERS_SCHEMA}
    n_days, total = panel.n_days, panel.n_days + settings.horizon_days
    rate = np.zeros((len(panel.aggregates), total))
    spend = np.full((len(panel.aggregates), total), np.nan)
    if drivers.num_rows:
        refuse_nulls({key: data[key] for key in ("channel_id", "demand_on")}, where)
        number = {pair: index for index, pair in enumerate(panel.aggregates)}
        category, names = text_codes(pc.fill_null(data["category"], NO_CATEGORY))
        channel, channels = text_codes(data["channel_id"])
        lookup = np.array([[number.get((a, b), -1) for b in channels] for a in names], dtype=np.int64)
        row = lookup[category, channel]
        first_day = int((panel.days[0] - _EPOCH).astype(np.int64))
        column = day_numbers(data["demand_on"]) - first_day
        used = (row >= 0) & (column >= 0) & (column < total)
        row, column = row[used], column[used]
        if np.unique(row * total + column).size != row.size:
            raise ValueError(
                "A category, channel and day appears twice in the drivers: give one row for each."
            )
        rates = np.nan_to_num(floats(data["promotion_rate"])[used], nan=0.0)
        amounts = floats(data["spend_amount"])[used]
        if ((rates < 0) | (rates > 1)).any():
            raise ValueError(
                f"promotion_rate lies between {rates.min()} and {rates.max()} in the drivers: give 0 to 1."
            )
        if (amounts < 0).any():
            raise ValueError(f"spend_amount is {np.nanmin(amounts)} in the drivers: give 0 or more.")
        rate[row, column] = rates
        spend[row, column] = amounts
    spend[:, :n_days] = np.nan_to_num(spend[:, :n_days], nan=0.0)
    for ahead in range(settings.horizon_days):
        at = n_days + ahead
        same = [n_days - 7 * back + ahead % 7 for back in range(1, 5)]
        usual = spend[:, [day for day in same if 0 <= day < n_days] or [n_days - 1]].mean(axis=1)
        spend[:, at] = np.where(np.isnan(spend[:, at]), usual, spend[:, at])
    return Drivers(promotion_rate=rate, spend_amount=spend)
