"""Columns of a panel of sales as sorted codes, for the rates behind stock-outs."""

__all__ = [
    "codes_of",
    "driver_codes",
    "ended_by_sales",
    "periods_since",
    "ran_out_flags",
    "shelf_days",
    "sorted_keys",
]

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .tables import day_numbers, text_codes, typed_column

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_BINS = 12
_LEAST_ZEROS = 20.0
_ZEROS_SHARE = 0.1


def sorted_keys(names: pa.Array, dates: pa.Array) -> tuple[Ints, Ints, Ints]:
    """Order of rows by series and day, and both keys in that order."""
    code, _ = text_codes(names)
    day = day_numbers(dates)
    order = np.lexsort((day, code))
    series, day = code[order], day[order]
    double = (np.diff(series) == 0) & (np.diff(day) == 0)
    if double.any():
        at = int(order[int(np.argmax(double))])
        raise ValueError(f"Series {names[at]} has two rows for {dates[at]} in the panel: give one.")
    return order, series, day


def periods_since(day: Ints) -> tuple[Floats, int]:
    """Time of each row in periods from the panel's first day, and the days of a period."""
    distinct = np.unique(day)
    step = max(int(np.median(np.diff(distinct))), 1) if distinct.size > 1 else 1
    return (day - distinct[0]) / step, step


def codes_of(panel: pa.Table, name: str, order: Ints) -> tuple[Ints, int]:
    """Codes of a text column in the sorted order, one code for all where it is missing."""
    if name not in panel.column_names:
        return np.zeros(order.size, dtype=np.int64), 1
    code, values = text_codes(pc.fill_null(typed_column(panel, name, pa.string(), "panel"), ""))
    return code[order], values.size


def ran_out_flags(panel: pa.Table, order: Ints) -> Bools:
    """Return flags of days that ended without stock, False where the column is missing or empty."""
    if "ran_out" not in panel.column_names:
        return np.zeros(order.size, dtype=np.bool_)
    flags = pc.fill_null(typed_column(panel, "ran_out", pa.bool_(), "panel"), False)
    return np.asarray(flags.to_numpy(zero_copy_only=False), dtype=np.bool_)[order]


def shelf_days(panel: pa.Table, order: Ints, series: Ints, day: Ints) -> Ints:
    """Return a code per shelf and day; without a column every series has its own shelf."""
    shelf = codes_of(panel, "shelf", order)[0] if "shelf" in panel.column_names else series
    return shelf * (int(day.max() - day.min()) + 1) + (day - int(day.min()))


def driver_codes(column: pa.ChunkedArray, name: str, order: Ints) -> tuple[Ints, int]:
    """Values of a driver as codes: quantiles of numbers, each text, and one code for empty."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_null(kind):
        return np.zeros(order.size, dtype=np.int64), 1
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        flat = pa.concat_arrays(column.cast(pa.string()).chunks)
        code, values = text_codes(pc.fill_null(flat, "\0"))
        return code[order], values.size
    if not (
        pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    ):
        raise ValueError(f"Column {name} of the panel is {kind}: make it a number, a boolean or a text.")
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    number = np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)[order]
    number = np.where(np.isfinite(number), number, np.nan)
    values = np.unique(number[~np.isnan(number)])
    if values.size > _BINS:
        inner = np.quantile(number[~np.isnan(number)], np.arange(1, _BINS) / _BINS)
        edges = np.unique(inner)
    else:
        edges = values[1:]
    code = np.where(np.isnan(number), edges.size + 1, np.searchsorted(edges, number, side="right"))
    return code.astype(np.int64), edges.size + 2


def ended_by_sales(series: Ints, units: Floats, share: Floats) -> bool:
    """Whether it was sales that ended the days partly in stock, as far as days without a sale tell.

    A day cut short by anything else sells nothing at least as often as a whole day of its series;
    one that ends with the last unit never does. Where whole days nearly always sell, nothing tells.
    """
    whole, partial = share == 1.0, (share > 0.0) & (share < 1.0)
    days = np.bincount(series, whole)
    silent = np.bincount(series, whole & (units <= 0.0))
    usual = np.divide(silent, days, out=np.zeros(days.size), where=days > 0)[series[partial]]
    expected = float(usual.sum())
    found = int((units[partial] <= 0.0).sum())
    return expected >= max(_LEAST_ZEROS, _ZEROS_SHARE * usual.size) and found <= _ZEROS_SHARE * expected
