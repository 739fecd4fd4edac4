"""Where raw tables lie, as the macro `source_parts` finds them: folders of Parquet or CSV, or schemas."""

from __future__ import annotations

__all__ = ["Part", "parts_of"]

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb


@dataclass(frozen=True)
class Part:
    """One instance (shop, account) of a source table.

    Attributes
    ----------
    instance
        Name of the instance.
    relation
        What stands behind `from`.
    columns
        Type of each column that really is there, by its name in the export.
    names
        The export's name of a contract's column, where they differ; a name in single quotes is a constant.
    error
        Why it can't be read, in one sentence; empty if it can.
    """

    instance: str
    relation: str
    columns: Mapping[str, str]
    names: Mapping[str, str]
    error: str = ""

    def name_of(self, column: str) -> str | None:
        """Return the export's name of a column, quoted for SQL, or None if it isn't there."""
        name = self.names.get(column, column)
        if name.startswith("'"):
            return name
        by_lower = {own.lower(): own for own in self.columns}
        own = name if name in self.columns else by_lower.get(name.lower())
        return None if own is None else '"' + own.replace('"', '""') + '"'


def parts_of(
    connection: duckdb.DuckDBPyConnection, system: str, table: str, knobs: Mapping[str, Any]
) -> list[Part]:
    """Find the parts of a source table; none if the retailer doesn't have it.

    Parameters
    ----------
    connection
        The warehouse, for systems whose location is a schema.
    system, table
        The source.
    knobs
        The project's vars.
    """
    location = (
        str(knobs.get(f"{system}_location", "")).replace("{raw_folder}", str(knobs["raw_folder"])).strip()
    )
    names: Mapping[str, str] = knobs["column_names"].get(f"{system}.{table}", {})
    if not location:
        return []
    if "/" not in location:
        return _in_schemas(connection, location, table)
    files: dict[tuple[str, str], list[str]] = {}
    for path in _files(Path(location), table):
        parent = path.parent.parent if path.parent.name == table else path.parent
        is_whole = path == Path(location) or parent == Path(location)
        instance = system if is_whole else parent.name
        files.setdefault((instance, path.suffix.lower()), []).append(path.as_posix())
    return [_read(connection, instance, ending, paths, names) for (instance, ending), paths in files.items()]


def _files(location: Path, table: str) -> list[Path]:
    if location.suffix.lower() in (".parquet", ".csv"):
        return [location] if location.exists() else []
    patterns = (f"{table}.*", f"{table}/*.*", f"*/{table}.*", f"*/{table}/*.*")
    found = [path for pattern in patterns for path in sorted(location.glob(pattern))]
    return [path for path in found if path.suffix.lower() in (".parquet", ".csv") and path.is_file()]


def _read(
    connection: duckdb.DuckDBPyConnection,
    instance: str,
    ending: str,
    paths: list[str],
    names: Mapping[str, str],
) -> Part:
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    relation = (
        f"read_parquet([{listed}], union_by_name = true)"
        if ending == ".parquet"
        else f"read_csv([{listed}], union_by_name = true, all_varchar = true, header = true)"
    )
    empty = [path for path in paths if Path(path).stat().st_size == 0]
    if empty:
        return Part(instance, relation, {}, names, f"The file {empty[0]} is empty: deliver it anew.")
    try:
        rows = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        return Part(
            instance,
            relation,
            {},
            names,
            f"{', '.join(paths)} can't be read ({first_line}): deliver it anew.",
        )
    return Part(instance, relation, {str(row[0]): str(row[1]) for row in rows}, names)


def _in_schemas(connection: duckdb.DuckDBPyConnection, location: str, table: str) -> list[Part]:
    parts = []
    for schema in (name.strip() for name in location.split(",")):
        rows = connection.execute(
            "select column_name, data_type from information_schema.columns "
            "where table_schema = ? and table_name = ? order by ordinal_position",
            [schema, table],
        ).fetchall()
        if rows:
            columns = {str(name): str(kind) for name, kind in rows}
            parts.append(Part(schema, f'"{schema}"."{table}"', columns, {}))
    return parts
