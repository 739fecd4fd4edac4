"""Writing: tables stream to Parquet month by month, so that memory does not grow with the world."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from sellthrough.demo.config import BoolArray, DemoConfig, IntArray
from sellthrough.demo.schemas import RAW, schema_of

__all__ = [
    "Columns",
    "Sink",
    "Sync",
    "as_text",
    "before_load",
    "frame",
    "loaded_at_night",
    "numbered",
    "pick",
]

Columns = Mapping[str, Any]


def as_text(values: Any) -> pa.Array:
    """Turn whole numbers into text."""
    return pc.cast(pa.array(values), pa.string())


def numbered(prefix: str, values: IntArray, suffix: str = "", width: int = 0) -> pa.Array:
    """Build texts like ``#UK1001`` from numbers, quickly.

    Examples
    --------
    >>> numbered("R", np.array([7, 12]), width=4).to_pylist()
    ['R0007', 'R0012']
    """
    text = as_text(values)
    if width:
        text = pc.utf8_lpad(text, width, "0")
    return pc.binary_join_element_wise(prefix, text, suffix, "")


def pick(options: Any, index: IntArray, absent: BoolArray | None = None) -> pa.Array:
    """Look texts up by position; null where `absent`."""
    mask = np.zeros(len(index), dtype=bool) if absent is None else absent
    where = pa.array(np.where(mask, 0, index), mask=mask)
    return pa.array(options).take(where)


def frame(schema: pa.Schema, columns: Columns) -> pa.Table:
    """Build an Arrow table of a schema from arrays; a scalar is repeated, an absent column is null.

    Raises
    ------
    ValueError
        If a column is not in the schema.
    """
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise ValueError(
            f"Columns {sorted(unknown)} are in no such table: add them to the schema or drop them."
        )
    length = next(len(v) for v in columns.values() if isinstance(v, np.ndarray | pa.Array | pa.ChunkedArray))
    arrays = []
    for item in schema:
        value = columns.get(item.name)
        if isinstance(value, pa.ChunkedArray):
            value = value.combine_chunks()
        if isinstance(value, pa.Array):
            arrays.append(value if value.type == item.type else value.cast(item.type))
        elif isinstance(value, np.ndarray):
            array = pa.array(value, from_pandas=True)
            arrays.append(array if array.type == item.type else array.cast(item.type))
        elif value is None:
            arrays.append(pa.nulls(length, item.type))
        else:
            arrays.append(pa.repeat(pa.scalar(value, item.type), length))
    return pa.Table.from_arrays(arrays, schema=schema)


class Sync:
    """When rows reach the warehouse: some minutes after the event, or up to 30 days when a row comes late."""

    def __init__(self, config: DemoConfig, rng: np.random.Generator) -> None:
        self.rng, self.mess = rng, config.mess
        self.end = config.end.astype(np.int64)

    def after(self, event: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the sync time of events; never after the last day."""
        minute = 60_000_000
        lag = self.rng.integers(5, 360, len(event)) * minute
        late = self.rng.random(len(event)) < 0.004 * self.mess
        lag = np.where(late, self.rng.integers(2880, 43200, len(event)) * minute, lag)
        when = np.minimum(event.astype("datetime64[us]").astype(np.int64) + lag, self.end - 10 * minute)
        return np.asarray(when.astype("datetime64[us]"))

    def late(self, table: pa.Table, event_us: IntArray) -> IntArray:
        """Return the positions of rows that were synced more than a day after their event."""
        stamp = table.column("_fivetran_synced").to_numpy().astype("datetime64[us]").astype(np.int64)
        return np.flatnonzero(stamp - event_us > 86_400_000_000)

    def repeated(self, table: pa.Table, rate: float = 0.005) -> tuple[pa.Table, IntArray]:
        """Append some rows again as a re-sync would, later; also return their positions."""
        chosen = np.flatnonzero(self.rng.random(len(table)) < rate * self.mess)
        if not len(chosen):
            return table, chosen
        again = table.take(pa.array(chosen))
        if "_fivetran_synced" in table.column_names:
            at = table.column_names.index("_fivetran_synced")
            stamp = again.column(at).to_numpy().astype("datetime64[us]").astype(np.int64) + 300_000_000
            again = again.set_column(at, table.schema.field(at), pa.array(stamp.astype("datetime64[us]")))
        return pa.concat_tables([table, again]), chosen


def before_load(schema: pa.Schema) -> pa.Schema:
    """Return the schema of rows that the nightly load has yet to stamp."""
    return schema.remove(schema.get_field_index("loaded_at"))


def loaded_at_night(table: pa.Table, event: str) -> pa.Table:
    """Append when a nightly file load brought the rows: 02:00 UTC after the day of their event."""
    day = table.column(event).to_numpy().astype("datetime64[D]").astype("datetime64[us]")
    return table.append_column("loaded_at", pa.array(day + np.timedelta64(26, "h")))


class Sink:
    """Open Parquet files of one output folder.

    Parameters
    ----------
    root
        The folder; files appear below it as ``<name>.parquet`` when the sink is closed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows: dict[str, int] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def write(self, name: str, columns: Columns | pa.Table, schema: pa.Schema | None = None) -> None:
        """Append rows as one row group to ``<name>.parquet``; the raw table's schema by default."""
        if not isinstance(columns, pa.Table):
            columns = frame(schema if schema is not None else self.schema(name), columns)
        if name not in self._writers:
            path = self.root / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writers[name] = pq.ParquetWriter(
                path, columns.schema, compression="zstd", compression_level=1
            )
            self.rows[name] = 0
        if len(columns):
            self._writers[name].write_table(columns)
            self.rows[name] += len(columns)

    def write_csv(self, name: str, columns: Columns) -> None:
        """Write a whole table as CSV with a byte-order mark, as spreadsheet exports have it."""
        table = frame(self.schema(name), columns)
        path = self.root / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as handle:
            handle.write(b"\xef\xbb\xbf")
            pacsv.write_csv(table, handle)
        self.rows[name] = len(table)

    @staticmethod
    def schema(name: str) -> pa.Schema:
        """Return the declared schema of ``raw/<system>/<table>``."""
        return schema_of(RAW[name.removeprefix("raw/")])

    def close(self) -> None:
        """Finish all files."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
