"""Reading Arrow columns into arrays, with one clear sentence when they don't fit."""

from __future__ import annotations

__all__ = ["Series", "check_columns", "dates", "day_matrix", "match_series", "numbers", "reasons"]

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Series:
    """The SKU-location pairs of a table of positions.

    Attributes
    ----------
    sku_ids, location_ids
        The key of each row, in the order of the table.
    """

    sku_ids: list[str]
    location_ids: list[str]

    def __len__(self) -> int:
        return len(self.sku_ids)

    def name(self, row: int) -> str:
        """Name a row for an error message."""
        return f"SKU {self.sku_ids[row]} at location {self.location_ids[row]}"


def check_columns(table: pa.Table, what: str, names: Sequence[str]) -> None:
    """Raise a ValueError that names the columns a table lacks."""
    missing = [name for name in names if name not in table.column_names]
    if missing:
        raise ValueError(
            f"The {what} table lacks the column(s) {', '.join(missing)}; add them, null if unknown."
        )


def numbers(
    table: pa.Table,
    what: str,
    name: str,
    *,
    minimum: float | None = None,
    allow_null: bool = True,
    optional: bool = False,
) -> Floats:
    """Read a numeric column as float64, nulls as NaN.

    Parameters
    ----------
    table, what
        The table and its name in messages.
    name
        The column.
    minimum
        Smallest value allowed.
    allow_null
        Whether nulls may occur.
    optional
        Whether the column may be absent; it is then all NaN.

    Raises
    ------
    ValueError
        On a column that isn't numeric, an infinite value, one below the minimum or a forbidden null.
    """
    if optional and name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    column = table.column(name)
    if pa.types.is_null(column.type):
        values = np.full(table.num_rows, np.nan)
    else:
        try:
            values = np.array(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise ValueError(
                f"Column {name} of the {what} table has type {column.type}; cast it to a number."
            ) from error
    bad = np.isinf(values)
    if minimum is not None:
        bad |= values < minimum
    if not allow_null:
        bad |= np.isnan(values)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        least = "" if minimum is None else f" of at least {minimum:g}"
        key = " ".join(
            str(table.column(k)[row]) for k in ("sku_id", "location_id") if k in table.column_names
        )
        raise ValueError(
            f"{name} is {values[row]:g} for {key} in the {what} table; give a finite number{least}"
            f"{' or null' if allow_null else ''}."
        )
    return values


def dates(table: pa.Table, what: str, name: str, *, allow_null: bool = False) -> Floats:
    """Read a date column as days since 1970-01-01, nulls as NaN.

    Raises
    ------
    ValueError
        On a column that isn't a date or a forbidden null.
    """
    column = table.column(name)
    if pa.types.is_null(column.type):
        days = np.full(table.num_rows, np.nan)
    else:
        try:
            days = np.array(
                column.cast(pa.date32()).cast(pa.int32()).cast(pa.float64()).to_numpy(), dtype=np.float64
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise ValueError(
                f"Column {name} of the {what} table has type {column.type}; cast it to a date."
            ) from error
    if not allow_null and np.isnan(days).any():
        row = int(np.flatnonzero(np.isnan(days))[0])
        raise ValueError(f"{name} is null in row {row} of the {what} table; give every row its day.")
    return days


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01.

    >>> day_number(dt.date(1970, 1, 11))
    10
    """
    return (day - _EPOCH).days


def date_column(days: Floats) -> pa.Array:
    """Turn days since 1970-01-01 into dates, NaN into null."""
    known = np.isfinite(days)
    whole = np.where(known, days, 0).astype(np.int32)
    return pa.array(whole, mask=~known).cast(pa.date32())


def number_column(values: Floats) -> pa.Array:
    """Turn floats into an Arrow column, NaN into null, minus zero into zero."""
    return pa.array(values + 0.0, type=pa.float64(), from_pandas=True)


def read_series(positions: pa.Table) -> Series:
    """Read the keys of the positions and make sure that each comes once.

    Raises
    ------
    ValueError
        On a null key or a key that occurs twice.
    """
    skus = positions.column("sku_id").cast(pa.string()).to_pylist()
    locations = positions.column("location_id").cast(pa.string()).to_pylist()
    series = Series(skus, locations)
    seen: set[tuple[str, str]] = set()
    for row, key in enumerate(zip(skus, locations, strict=True)):
        if key[0] is None or key[1] is None:
            raise ValueError(
                f"sku_id or location_id is null in row {row} of the positions table; fill in the key."
            )
        if key in seen:
            raise ValueError(f"{series.name(row)} occurs twice in the positions table; pass each pair once.")
        seen.add(key)
    return series


def match_series(positions: pa.Table, other: pa.Table) -> Ints:
    """Find the row of `positions` that each row of `other` belongs to, -1 where there is none."""
    size = positions.num_rows
    codes = np.zeros(size + other.num_rows, dtype=np.int64)
    for name in ("sku_id", "location_id"):
        both = pa.chunked_array(
            [*positions.column(name).cast(pa.string()).chunks, *other.column(name).cast(pa.string()).chunks],
            type=pa.string(),
        ).combine_chunks()
        encoded = both.dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        indices = np.asarray(pc.fill_null(encoded.indices, -1)).astype(np.int64)
        codes = codes * (len(encoded.dictionary) + 1) + indices + 1
    order = np.argsort(codes[:size], kind="stable")
    ranked = codes[:size][order]
    place = np.searchsorted(ranked, codes[size:])
    place = np.minimum(place, max(size - 1, 0))
    if not size:
        return np.full(other.num_rows, -1, dtype=np.int64)
    return np.where(ranked[place] == codes[size:], order[place], -1)


def day_matrix(
    series: Series,
    rows: Ints,
    days: Floats,
    values: Sequence[Floats],
    first: int,
    last: int,
    what: str,
) -> list[Floats]:
    """Spread long rows into series x day matrices, days without a row as NaN.

    Raises
    ------
    ValueError
        Where a series has two rows for one day.
    """
    width = max(last - first + 1, 0)
    use = (rows >= 0) & (days >= first) & (days <= last)
    flat = rows[use] * max(width, 1) + (days[use].astype(np.int64) - first)
    if len(flat):
        ranked = np.sort(flat, kind="stable")
        twice = ranked[1:][ranked[1:] == ranked[:-1]]
        if len(twice):
            day = _EPOCH + dt.timedelta(days=int(twice[0] % width) + first)
            raise ValueError(
                f"{series.name(int(twice[0] // width))} has two rows for {day} in the {what} table; "
                "sum them over channels first."
            )
    out = []
    for column in values:
        matrix = np.full(len(series) * width, np.nan)
        matrix[flat] = column[use]
        out.append(matrix.reshape(len(series), width))
    return out


def reasons(parts: Sequence[tuple[npt.NDArray[np.bool_], str]], size: int) -> list[str | None]:
    """Join the reasons that hold for each row, None where there is none."""
    texts: list[list[str]] = [[] for _ in range(size)]
    for holds, text in parts:
        for row in np.flatnonzero(holds):
            texts[int(row)].append(text)
    return ["; ".join(found) if found else None for found in texts]
