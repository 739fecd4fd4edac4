"""A copy of the demo's raw tables that faults are planted in, row by row or byte by byte."""

from __future__ import annotations

__all__ = ["MARK", "ROW", "RawTable", "World"]

import csv
import io
import random
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MARK = "x_fault"
ROW = "x_row"

Row = dict[str, Any]


@dataclass
class RawTable:
    """One raw file in memory.

    Attributes
    ----------
    path
        Where it was read from, below the folder of raw data, without its ending.
    schema
        Its Arrow schema as the demo wrote it.
    columns
        Names of its columns, in the order in which they are written.
    rows
        Its rows.
    form
        `parquet` or `csv`.
    texts
        Columns that are written as text, also in Parquet.
    delimiter
        What parts the values of CSV.
    line_edits
        By position of a row: what happens to its line of CSV.
    file_edits
        What happens to the bytes of the file, in order.
    """

    path: str
    schema: pa.Schema
    columns: list[str]
    rows: list[Row]
    form: str = "parquet"
    texts: set[str] = field(default_factory=set)
    line_edits: dict[int, Callable[[str], str]] = field(default_factory=dict)
    file_edits: list[Callable[[bytes], bytes]] = field(default_factory=list)
    delimiter: str = ","

    def to_bytes(self) -> bytes:
        """Return the file's content, with every edit."""
        content = self._csv() if self.form == "csv" else self._parquet()
        for edit in self.file_edits:
            content = edit(content)
        return content

    def _csv(self) -> bytes:
        lines = [self._line(self.columns)]
        for position, row in enumerate(self.rows):
            line = self._line([_text(row.get(name)) for name in self.columns])
            edit = self.line_edits.get(position)
            lines.append(edit(line) if edit else line)
        return "".join(lines).encode("utf-8")

    def _line(self, values: Iterable[Any]) -> str:
        held = io.StringIO()
        csv.writer(held, delimiter=self.delimiter, lineterminator="\n").writerow(values)
        return held.getvalue()

    def _parquet(self) -> bytes:
        arrays = {}
        for name in self.columns:
            values = [row.get(name) for row in self.rows]
            known = self.schema.field(name).type if name in self.schema.names else None
            if name in self.texts or (all(value is None for value in values) and known is None):
                arrays[name] = pa.array([None if v is None else _text(v) for v in values], pa.string())
            else:
                arrays[name] = pa.array(values, known)
        held = io.BytesIO()
        pq.write_table(pa.table(arrays), held, compression="zstd", compression_level=1)
        return held.getvalue()


class World:
    """A copy of raw data that faults are planted in.

    Each row of a table that is opened gets the column `x_row`, its name for life, and the column `x_fault`,
    the name of the fault that it shows. Both pass through staging, so that the fate of each row can be told.

    Parameters
    ----------
    source
        Folder of the demo's raw data. It is never written to.
    root
        Folder of the copy; must not exist.
    seed
        Seed of what is chosen.
    counted
        By raw table: names of the rows that counted in a build without faults. A fault is planted in these
        only. Without it every row may be chosen.
    """

    def __init__(
        self, source: Path, root: Path, seed: int = 7, counted: Mapping[str, set[str]] | None = None
    ) -> None:
        if root.exists():
            raise ValueError(f"The folder '{root}' exists already: name one that doesn't.")
        self.source, self.root, self.seed = source, root, seed
        self.counted = counted
        self.tables: dict[str, RawTable] = {}
        self.taken: dict[str, set[str]] = {}
        self.removed: list[str] = []
        self.extra_lines: dict[str, int] = {}

    def table(self, path: str) -> RawTable:
        """Open a raw table by its path below the raw folder, without ending, e.g. `shopify/uk/order_line`."""
        if path not in self.tables:
            file = self.source / f"{path}.parquet"
            if not file.exists():
                raise ValueError(f"The demo's raw data has no '{path}.parquet': take a table that it has.")
            read = pq.read_table(file)
            rows = read.to_pylist()
            for position, row in enumerate(rows):
                row[ROW] = f"{path}:{position}"
                row[MARK] = None
            self.tables[path] = RawTable(path, read.schema, [*read.schema.names, ROW, MARK], rows)
            self.taken[path] = set()
        return self.tables[path]

    def random(self, name: str) -> random.Random:
        """Return the random stream of one fault: the same for the same seed, whatever else is planted."""
        return random.Random(f"{self.seed}:{name}")

    def choose(
        self, path: str, name: str, count: int, fits: Callable[[Row], bool] = lambda _: True
    ) -> list[Row]:
        """Choose rows that counted, that no fault has touched yet and that fit; then they are taken.

        Raises
        ------
        ValueError
            If there are fewer than `count`.
        """
        table = self.table(path)
        counted = None if self.counted is None else self.counted.get(path)
        free = [
            row
            for row in table.rows
            if row[MARK] is None
            and row[ROW] not in self.taken[path]
            and (counted is None or row[ROW] in counted)
            and fits(row)
        ]
        if len(free) < count:
            raise ValueError(
                f"'{path}' has {len(free)} rows for the fault '{name}', {count} are needed: plant fewer."
            )
        chosen = self.random(name + path).sample(free, count)
        self.taken[path].update(row[ROW] for row in chosen)
        return chosen

    def mark(self, row: Row, name: str) -> None:
        """Say that a row shows a fault."""
        row[MARK] = name

    def write(self) -> None:
        """Write the copy: opened tables with their faults, links to all others."""
        for file in sorted(self.source.rglob("*")):
            if not file.is_file():
                continue
            below = file.relative_to(self.source)
            name = below.with_suffix("").as_posix()
            if name in self.removed or name in self.tables:
                continue
            target = self.root / below
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        for name, table in self.tables.items():
            if name not in self.removed:
                target = self.root / f"{name}.{table.form}"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(table.to_bytes())


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
