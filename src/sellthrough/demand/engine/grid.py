"""From long tables to dense matrices: one row per series, one column per period."""

__all__ = ["Grid", "read_grid"]

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..tables import day_numbers, floats, refuse_nulls, text_codes, typed_column
from .settings import EngineSettings

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

_WHERE = "panel"
KNOWN, PAST, STATIC, MARGIN = "known_", "past_", "static_", "level_"
# Larger numbers are taken for damage.
_MOST_UNITS, _MOST_DRIVER = 1e8, 1e12


@dataclass(frozen=True)
class Grid:
    """A panel as matrices; n series, T known periods, H periods ahead.

    Attributes
    ----------
    series
        Names, ascending, shape (n,).
    periods
        First day of each period, shape (T + H,), datetime64[D].
    units
        Demand, shape (n, T); 0 where unknown.
    weight
        How far a period's demand is known, 0 to 1, shape (n, T); 0 before the first period of a series.
    start
        First period of each series, shape (n,); T for a series without history.
    known
        Drivers known ahead by name, each of shape (n, T + H).
    past
        Drivers known only in the past by name, each of shape (n, T).
    group, item, calendar
        Code of the aggregate whose calendar effects a series shares, of its item, and of its events,
        shape (n,).
    like
        Code of the item that a young series is taken to sell like, -1 where none is named, shape (n,).
    margins
        Codes of the aggregates that Prophet looks at, by the name of their level, each of shape (n,).
    statics
        Further properties of the series by name, codes or numbers, shape (n,).
    labels
        What the codes of statics and margins stand for, by name; nothing for numbers.
    events
        By calendar code the periods of each event by its name.
    """

    series: NDArray[Any]
    periods: NDArray[np.datetime64]
    units: Singles
    weight: Singles
    start: Ints
    known: Mapping[str, Singles]
    past: Mapping[str, Singles]
    group: Ints
    item: Ints
    calendar: Ints
    like: Ints
    margins: Mapping[str, Ints]
    statics: Mapping[str, Singles]
    labels: Mapping[str, NDArray[Any]]
    events: tuple[Mapping[str, Ints], ...]

    @property
    def n_series(self) -> int:
        """Number of series."""
        return int(self.units.shape[0])

    @property
    def n_known(self) -> int:
        """Number of known periods."""
        return int(self.units.shape[1])

    @property
    def ahead(self) -> int:
        """Number of periods after the origin."""
        return int(self.periods.size - self.n_known)

    @property
    def period_days(self) -> int:
        """Days of a period."""
        return int((self.periods[1] - self.periods[0]).astype(np.int64)) if self.periods.size > 1 else 1

    @property
    def last_on(self) -> date:
        """First day of the last known period."""
        return date.fromisoformat(str(self.periods[self.n_known - 1].astype("datetime64[D]")))

    @property
    def n_groups(self) -> int:
        """Number of groups that share a calendar."""
        return int(self.group.max()) + 1

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the drivers, statics and margins, ascending: what a kept fit must find again."""
        return tuple(sorted([*self.known, *self.past, *self.statics, *self.margins]))

    def until(self, origin: int, ahead: int) -> "Grid":
        """Return what was known at an earlier origin: nothing after it but the drivers known ahead.

        Parameters
        ----------
        origin
            Periods that were known.
        ahead
            Periods to forecast from there.

        Returns
        -------
        Grid
            Views, not copies.
        """
        upto = origin + ahead
        return replace(
            self,
            periods=self.periods[:upto],
            units=self.units[:, :origin],
            weight=self.weight[:, :origin],
            start=np.minimum(self.start, origin),
            known={name: values[:, :upto] for name, values in self.known.items()},
            past={name: values[:, :origin] for name, values in self.past.items()},
        )


def _matrix(values: Floats, row: Ints, column: Ints, shape: tuple[int, int], fill: float) -> Singles:
    out = np.full(shape, fill, dtype=np.float32)
    out[row, column] = values
    return out


def _coded(column: pa.Array) -> tuple[Singles, NDArray[Any]]:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        codes, labels = text_codes(column.fill_null(""))
        return codes.astype(np.float32), labels
    return floats(column.cast(pa.float64())).astype(np.float32), np.zeros(0, dtype=object)


def read_grid(
    panel: pa.Table, statics: pa.Table, events: pa.Table, origin_on: date, settings: EngineSettings
) -> Grid:
    """Lay a panel out as matrices.

    Parameters
    ----------
    panel
        `series` (text), `ds` (date), `demand` (units; empty after the origin; what is no number from 0
        to 100 million is unknown), optionally `weight` (0 to 1, how far the demand is known), drivers
        known ahead named `known_...` and drivers of the past named `past_...`. A period without a row
        inside a series has no demand and the driver's last value.
    statics
        One row per series: `series`, `group` (the aggregate that shares a calendar), `item`,
        `calendar` (whose events count), and further properties named `static_...`. Optional: `like_item`
        (another item, or nothing, that the series is taken to sell like while it is young) and
        aggregates named `level_...` (text), whose totals Prophet may forecast.
    events
        `calendar`, `ds`, `event`: what makes a day unlike others, past and to come. May be empty.
    origin_on
        First day of the last known period.
    settings
        Horizon and period.

    Returns
    -------
    Grid
        The matrices.

    Raises
    ------
    ValueError
        If a column is missing or has another type, a key is empty or a series is not in `statics`.
    """
    names = typed_column(statics, "series", pa.string(), "statics")
    refuse_nulls({"series": names}, "statics")
    code_of_static, series = text_codes(names)
    order = np.argsort(code_of_static, kind="stable")
    if series.size != len(names):
        raise ValueError(
            f"The statics have {len(names)} rows for {series.size} series: give one row per series."
        )
    row, column, in_panel = _positions(panel, series, settings, origin_on)
    n_known = _periods_known(column, in_panel, origin_on, settings)
    first = int(np.datetime64(origin_on, "D").astype(np.int64)) - (n_known - 1) * settings.period_days
    shape = (series.size, n_known + settings.horizon)
    at = (column - first) // settings.period_days
    inside = in_panel & (at >= 0) & (at < shape[1])
    row, at = row[inside], at[inside]
    demand = floats(typed_column(panel, "demand", pa.float64(), _WHERE))[inside]
    told = (demand >= 0) & (demand <= _MOST_UNITS) & (at < n_known)
    weight = np.ones(demand.size)
    if "weight" in panel.column_names:
        weight = np.clip(np.nan_to_num(floats(typed_column(panel, "weight", pa.float64(), _WHERE))), 0, 1)[
            inside
        ]
    weight = np.where(told, weight, 0.0)
    past_rows = at < n_known
    start = np.full(series.size, n_known, dtype=np.int64)
    np.minimum.at(start, row[past_rows], at[past_rows])
    history = (series.size, n_known)
    units = _matrix(np.where(told, demand, 0.0)[past_rows], row[past_rows], at[past_rows], history, 0.0)
    known_share = _matrix(weight[past_rows], row[past_rows], at[past_rows], history, 1.0)
    known_share[np.arange(n_known)[None, :] < start[:, None]] = 0.0
    drivers: dict[str, Singles] = {}
    past: dict[str, Singles] = {}
    for name in sorted(panel.column_names):
        if name.startswith((KNOWN, PAST)):
            values = floats(typed_column(panel, name, pa.float64(), _WHERE))[inside]
            values = np.where(np.abs(values) <= _MOST_DRIVER, values, np.nan)
            if name.startswith(KNOWN):
                drivers[name] = _carried(_matrix(values, row, at, shape, np.nan))
            else:
                past[name] = _carried(
                    _matrix(values[past_rows], row[past_rows], at[past_rows], history, np.nan)
                )
    item, items = _static_codes(statics, "item", order)
    calendar, calendars = _static_codes(statics, "calendar", order)
    coded = {
        name: _coded(pa.concat_arrays(statics.column(name).chunks))
        for name in sorted(statics.column_names)
        if name.startswith(STATIC)
    }
    margins = {
        name: _static_codes(statics, name, order)
        for name in sorted(statics.column_names)
        if name.startswith(MARGIN)
    }
    return Grid(
        series=series,
        periods=np.datetime64(first, "D") + settings.period_days * np.arange(shape[1]),
        units=units,
        weight=known_share,
        start=start,
        known=drivers,
        past=past,
        group=_static_codes(statics, "group", order)[0],
        item=item,
        calendar=calendar,
        like=_like_items(statics, items, order),
        margins={name: codes for name, (codes, _) in margins.items()},
        statics={name: values[order] for name, (values, _) in coded.items()},
        labels={name: labels for name, (_, labels) in (coded | margins).items()},
        events=_events(events, calendars, first, shape[1], settings.period_days),
    )


def _positions(
    panel: pa.Table, series: NDArray[Any], settings: EngineSettings, origin_on: date
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    names = typed_column(panel, "series", pa.string(), _WHERE)
    days = typed_column(panel, "ds", pa.date32(), _WHERE)
    refuse_nulls({"series": names, "ds": days}, _WHERE)
    codes, found = text_codes(names)
    place = np.searchsorted(series, found)
    missing = (place >= series.size) | (series[np.minimum(place, series.size - 1)] != found)
    if missing.any():
        raise ValueError(f"Series {found[missing][0]} of the panel is not in the statics: add its row there.")
    numbers = day_numbers(days)
    last = int(np.datetime64(origin_on, "D").astype(np.int64))
    return place[codes], numbers, numbers <= last + settings.horizon * settings.period_days


def _periods_known(days: Ints, inside: NDArray[np.bool_], origin_on: date, settings: EngineSettings) -> int:
    last = int(np.datetime64(origin_on, "D").astype(np.int64))
    past = days[inside & (days <= last)]
    if past.size == 0:
        raise ValueError(f"The panel has no row up to {origin_on}: give history, or an earlier origin.")
    return int((last - past.min()) // settings.period_days) + 1


def _carried(values: Singles) -> Singles:
    """Fill what is missing with the last value before it, then with the first after it, then with 0."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    steps = np.arange(values.shape[1])
    last = np.maximum.accumulate(np.where(missing, -1, steps[None, :]), axis=1)
    first = np.where(missing.all(axis=1), 0, np.argmax(~missing, axis=1))
    source = np.where(last < 0, first[:, None], last)
    return np.asarray(np.nan_to_num(np.take_along_axis(values, source, axis=1)), dtype=np.float32)


def _static_codes(statics: pa.Table, name: str, order: Ints) -> tuple[Ints, NDArray[Any]]:
    codes, labels = text_codes(typed_column(statics, name, pa.string(), "statics").fill_null(""))
    return codes[order], labels


def _like_items(statics: pa.Table, items: NDArray[Any], order: Ints) -> Ints:
    """Code of each series' like item; -1 where there is none, or none that sells."""
    if "like_item" not in statics.column_names:
        return np.full(order.size, -1, dtype=np.int64)
    code = {name: index for index, name in enumerate(items)}
    named = typed_column(statics, "like_item", pa.string(), "statics").to_pylist()
    return np.array([code.get(name, -1) for name in named], dtype=np.int64)[order]


def _events(
    events: pa.Table, calendars: NDArray[Any], first: int, n_periods: int, period_days: int
) -> tuple[Mapping[str, Ints], ...]:
    calendar = typed_column(events, "calendar", pa.string(), "events").to_pylist()
    days = day_numbers(typed_column(events, "ds", pa.date32(), "events"))
    names = typed_column(events, "event", pa.string(), "events").to_pylist()
    code = {label: index for index, label in enumerate(calendars)}
    found: list[dict[str, list[int]]] = [{} for _ in calendars]
    for whose, day, name in zip(calendar, days, names, strict=True):
        at = (int(day) - first) // period_days
        if whose in code and name and 0 <= at < n_periods:
            found[code[whose]].setdefault(name, []).append(at)
    return tuple(
        {name: np.unique(np.array(found_at, dtype=np.int64)) for name, found_at in sorted(of_one.items())}
        for of_one in found
    )
