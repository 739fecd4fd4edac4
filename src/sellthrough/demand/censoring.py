"""Demand behind stock-outs, by the estimator a planner would use: the mean of days in stock."""

__all__ = ["CENSORED_SCHEMA", "in_stock_mean"]

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .tables import day_numbers, floats, refuse_nulls, text_codes, typed_column

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CENSORED_SCHEMA = pa.schema(
    [
        ("series", pa.string()),
        ("ds", pa.date32()),
        ("demand", pa.float64()),
        ("demand_sd", pa.float64()),
        ("method", pa.string()),
    ]
)

_METHODS = ("observed", "in_stock_mean", "no_stock_history")
_TYPES = {"series": pa.string(), "ds": pa.date32(), "y": pa.float64(), "in_stock_share": pa.float64()}


def in_stock_mean(panel: pa.Table, window_days: int = 28) -> pa.Table:
    """Estimate demand on days out of stock from days in stock nearby.

    What is expected of a day is the mean of the series' days fully in stock within a window centred
    on the day, at the weekday's usual level. Without such days it is the mean over the whole
    series, and without any it is 0. A day in stock for a share s of its hours had the demand that
    was served plus (1 - s) of what is expected.

    Parameters
    ----------
    panel
        series (text), ds (date), y (units served), in_stock_share (0 to 1; empty counts as 1) and
        optionally group (text): the weekday's level is estimated by group, without one over all
        series. One row per series and day, in any order; gaps are allowed. An empty y is unknown
        and estimated as if out of stock.
    window_days
        Length of the window; half of it lies on each side of the day.

    Returns
    -------
    pyarrow.Table
        `CENSORED_SCHEMA`, in the panel's order. `demand_sd` is the standard deviation of the
        estimated part, 0 on observed days; `method` is observed, in_stock_mean or no_stock_history.

    Raises
    ------
    ValueError
        If a column is missing, a key is empty or doubled, a share lies outside 0 to 1, or the
        window is shorter than 2 days.

    Examples
    --------
    Three days in stock sell 4, 5 and 6; a day without stock then had 5:

    >>> import datetime, pyarrow as pa
    >>> days = [datetime.date(2026, 1, day) for day in (1, 2, 3, 4)]
    >>> table = pa.table(
    ...     {"series": ["a"] * 4, "ds": days, "y": [4.0, 5.0, 6.0, 0.0], "in_stock_share": [1, 1, 1, 0]}
    ... )
    >>> in_stock_mean(table).column("demand").to_pylist()
    [4.0, 5.0, 6.0, 5.0]
    """
    if window_days < 2:
        raise ValueError(f"window_days is {window_days}: set it to 2 or more.")
    data = {name: typed_column(panel, name, kind, "panel") for name, kind in _TYPES.items()}
    refuse_nulls({name: data[name] for name in ("series", "ds")}, "panel")
    if panel.num_rows == 0:
        return CENSORED_SCHEMA.empty_table()
    code, _ = text_codes(data["series"])
    day, units = day_numbers(data["ds"]), floats(data["y"])
    share = np.nan_to_num(floats(data["in_stock_share"]), nan=1.0)
    group = np.zeros(code.size, dtype=np.int64)
    if "group" in panel.column_names:
        group, _ = text_codes(pc.fill_null(typed_column(panel, "group", pa.string(), "panel"), ""))
    if ((share < 0) | (share > 1)).any():
        raise ValueError(
            f"in_stock_share lies between {share.min()} and {share.max()} in the panel: give 0 to 1."
        )
    known = np.isfinite(units)
    share = np.where(known, share, 0.0)
    units = np.where(known, units, 0.0)
    first, span = int(day.min()), int(day.max() - day.min()) + window_days + 2
    key = code * span + (day - first)
    order = np.argsort(key, kind="stable") if (np.diff(key) < 0).any() else np.arange(key.size)
    key = key[order]
    if (np.diff(key) == 0).any():
        at = order[int(np.argmax(np.diff(key) == 0))]
        raise ValueError(
            f"Series {data['series'][int(at)]} has two rows for {data['ds'][int(at)]} in the panel: give one."
        )
    full = share[order] == 1.0
    level = _weekday_level(units[order], full, (day[order] + 3) % 7, group[order])
    expected, deviation, is_known = _expected(key, span, window_days, units[order], full, level)
    missing = 1.0 - share[order]
    served = units[order]
    # A day's own sales are part of its demand, so an estimate never falls below them.
    estimate = np.where(missing == 1.0, np.maximum(served, expected), served + missing * expected)
    demand = np.where(full, served, np.where(is_known, estimate, np.maximum(served, 0.0)))
    spread = np.where(full | ~is_known, 0.0, np.sqrt(missing) * deviation)
    method = np.where(full, 0, np.where(is_known, 1, 2)).astype(np.int8)
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    return pa.table(
        [
            data["series"],
            data["ds"],
            pa.array(demand[back]),
            pa.array(spread[back]),
            pa.DictionaryArray.from_arrays(pa.array(method[back]), pa.array(_METHODS)).cast(pa.string()),
        ],
        schema=CENSORED_SCHEMA,
    )


def _weekday_level(units: Floats, full: NDArray[np.bool_], weekday: Ints, group: Ints) -> Floats:
    """Level of each row's weekday relative to its group's mean day, shrunk to 1 as by ten units."""
    size = int(group.max()) + 1
    cell = group * 7 + weekday
    sums = np.bincount(cell[full], weights=units[full], minlength=size * 7).reshape(size, 7)
    days = np.bincount(cell[full], minlength=size * 7).reshape(size, 7)
    total_days = days.sum(axis=1, keepdims=True)
    mean = np.divide(
        sums.sum(axis=1, keepdims=True), total_days, out=np.zeros((size, 1)), where=total_days > 0
    )
    usual = mean * days
    level = (np.maximum(sums, 0.0) + 10.0) / (np.maximum(usual, 0.0) + 10.0)
    return np.asarray(level.ravel()[cell])


def _expected(
    key: Ints, span: int, window_days: int, units: Floats, full: NDArray[np.bool_], level: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Mean and standard deviation expected of each row not fully in stock, and where they are known."""
    expected, deviation = np.zeros(key.size), np.zeros(key.size)
    is_known = np.zeros(key.size, dtype=bool)
    wanted = np.flatnonzero(~full)
    if wanted.size == 0:
        return expected, deviation, is_known

    def running(values: Floats) -> Floats:
        return np.concatenate([[0.0], np.cumsum(np.where(full, values, 0.0))])

    sums, levels, days, squares = (
        running(units),
        running(level),
        running(np.ones(key.size)),
        running(units**2),
    )
    at = key[wanted]
    series = at // span
    half = window_days // 2
    # A window must not reach into the neighbouring series.
    near = (np.maximum(at - half, series * span), np.minimum(at + half, (series + 1) * span - 1))
    whole = (series * span, (series + 1) * span - 1)
    for low_key, high_key in (whole, near):
        low, high = np.searchsorted(key, low_key, "left"), np.searchsorted(key, high_key, "right")
        count = days[high] - days[low]
        weight = levels[high] - levels[low]
        total = sums[high] - sums[low]
        usable = count > 0.5
        rate = np.divide(np.maximum(total, 0.0), weight, out=np.zeros(at.size), where=usable)
        mean = rate * level[wanted]
        spare = np.maximum(squares[high] - squares[low] - total**2 / np.maximum(count, 1.0), 0.0)
        variance = np.where(count > 1.5, spare / np.maximum(count - 1.0, 1.0), mean)
        rows = wanted[usable]
        expected[rows] = mean[usable]
        deviation[rows] = np.sqrt(np.maximum(variance, mean))[usable]
        is_known[rows] = True
    return expected, deviation, is_known
