"""Where raw tables lie, as the macro `source_parts` finds them: folders of Parquet or CSV, or schemas."""

from __future__ import annotations

__all__ = ["Part", "decimal_commas", "parts_of"]

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

# Larger files are taken for UTF-8 and are not looked into.
_LARGE = 1_000_000_000
_MARKS = {
    b"PK\x03\x04": "is a workbook or an archive, not CSV",
    b"\xd0\xcf\x11\xe0": "is a workbook or an archive, not CSV",
    b"PAR1": "is a Parquet file, not CSV",
}
_HAS_DECIMAL_COMMA = r"coalesce(bool_or(regexp_matches({own}, '[0-9],[0-9]{{1,2}}\s*$')), false)"
_BYTE_LINES = r"""
    select regexp_replace(line, '\\x[0-9A-F]{{2}}', '?', 'g') as line
    from (
        select unnest(string_split(
            replace(replace(replace(replace(replace(
                cast(content as varchar),
                '\x0D', ''), '\x09', chr(9)), '\x22', '"'), '\x27', ''''), '\x5C', '/'),
            '\x0A'
        )) as line
        from read_blob({files})
    )
"""
_LINES_WITH_QUOTES = """
    select
        coalesce(sum(cast(quotes % 2 = 1 as integer)), 0),
        coalesce(sum(cast(quotes % 2 = 1 and marks >= {last} as integer)), 0)
    from (
        select
            length(line) - length(replace(line, '"', '')) as quotes,
            length(line) - length(replace(line, '{mark}', '')) as marks
        from {lines} as lines
    ) as counted
"""
_BY_LINE = """
    select
        cells,
        len(cells) < {count} or array_to_string(cells[{count} + 1:], '') != '' as is_broken_line
    from (
        select
            case
                when (length(line) - length(replace(line, '"', ''))) % 2 = 1 then string_split(line, '{mark}')
                else list_transform(
                    regexp_extract_all(line, '(?:^|[{mark}])("(?:[^"]|"")*"|[^{mark}]*)', 1),
                    lambda cell: case
                        when cell like '"%"' then replace(substr(cell, 2, length(cell) - 2), '""', '"')
                        else cell
                    end
                )
            end as cells
        from {lines} as lines
        where trim(line) != '' and replace(line, chr(65279), '') != {header}
    ) as split_lines
"""
_BY_CELL = """
    select
        *,
        cell_{count} is null
        or coalesce(over_1, '') || coalesce(over_2, '') || coalesce(over_3, '') != '' as is_broken_line
    from read_csv(
        {files},
        columns = {{{columns}}},
        auto_detect = false, header = false, skip = 1, delim = '{mark}', quote = '"', escape = '"',
        null_padding = true, strict_mode = false, encoding = '{encoding}', nullstr = '\x1f\x1e'{parallel}
    )
    where not ({header})
"""


@dataclass(frozen=True)
class Part:
    """One instance (shop, account) of a source table, or those of its files that are written alike.

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
    is_csv
        Whether it is CSV, whose values are all texts.
    """

    instance: str
    relation: str
    columns: Mapping[str, str]
    names: Mapping[str, str]
    error: str = ""
    is_csv: bool = False

    def name_of(self, column: str) -> str | None:
        """Return the export's name of a column, quoted for SQL, or None if it isn't there."""
        name = self.names.get(column, column)
        if name.startswith("'"):
            return name
        own = self._own(name)
        return None if own is None else _quoted(own)

    def type_of(self, column: str) -> str:
        """Return the type in which a contract's column landed, upper case; empty if it isn't there."""
        own = self._own(self.names.get(column, column))
        return "" if own is None else self.columns[own].upper()

    def _own(self, name: str) -> str | None:
        by_lower = {own.lower().strip(): own for own in self.columns}
        return name if name in self.columns else by_lower.get(name.lower())


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
    files: dict[tuple[str, str], list[Path]] = {}
    for path in _files(Path(location), table):
        parent = path.parent.parent if path.parent.name == table else path.parent
        is_whole = path == Path(location) or parent == Path(location)
        instance = system if is_whole else parent.name
        files.setdefault((instance, path.suffix.lower()), []).append(path)
    parts: list[Part] = []
    for (instance, ending), paths in files.items():
        troubles = {path: _trouble(path, ending) for path in paths}
        for path, trouble in troubles.items():
            if trouble:
                sentence = f"The file {path.as_posix()} {trouble}: deliver it anew."
                parts.append(Part(instance, _literal(path.as_posix()), {}, names, sentence))
        sound = [path for path in paths if not troubles[path]]
        if sound and ending == ".csv":
            parts += _csv_parts(connection, instance, sound, names)
        elif sound:
            parts.append(_parquet_part(connection, instance, sound, names))
    return parts


def decimal_commas(
    connection: duckdb.DuckDBPyConnection, part: Part, columns: Mapping[str, str]
) -> frozenset[str]:
    """Name the numeric columns in which a comma parts the decimals somewhere (macro `csv_decimal_commas`).

    Parameters
    ----------
    connection
        Any DuckDB connection that sees the part.
    part
        Where the table lies; only parts of CSV have such columns.
    columns
        Type by column of the contract.
    """
    suspects = {
        name: own
        for name, kind in columns.items()
        if kind in ("numeric", "bigint", "float") and (own := part.name_of(name)) and not own.startswith("'")
    }
    if not part.is_csv or not suspects:
        return frozenset()
    fields = ", ".join(_HAS_DECIMAL_COMMA.format(own=own) for own in suspects.values())
    (row,) = connection.execute(f"select {fields} from {part.relation} as landed").fetchall()
    return frozenset(name for name, has_commas in zip(suspects, row, strict=True) if has_commas)


def _files(location: Path, table: str) -> list[Path]:
    if location.suffix.lower() in (".parquet", ".csv"):
        return [location] if location.exists() else []
    patterns = (f"{table}.*", f"{table}/*.*", f"*/{table}.*", f"*/{table}/*.*")
    found = [path for pattern in patterns for path in sorted(location.glob(pattern))]
    return [path for path in found if path.suffix.lower() in (".parquet", ".csv") and path.is_file()]


def _trouble(path: Path, ending: str) -> str:
    """Say why a file can't be read as a whole (macro `refuse_unreadable_files`); empty if it can.

    The build passes over a CSV file without a byte; here it is told, as somebody meant to deliver it.
    """
    size = path.stat().st_size
    if size == 0:
        return "has no bytes"
    with path.open("rb") as file:
        first = file.read(4)
        file.seek(max(0, size - 4))
        last = file.read(4)
    if ending == ".csv":
        return "is compressed" if first[:2] == b"\x1f\x8b" else _MARKS.get(first, "")
    if first != b"PAR1":
        return "is no Parquet file"
    return "is cut off" if size < 12 or last != b"PAR1" else ""


def _parquet_part(
    connection: duckdb.DuckDBPyConnection, instance: str, paths: Iterable[Path], names: Mapping[str, str]
) -> Part:
    relation = f"read_parquet({_text_list(paths)}, union_by_name = true)"
    try:
        rows = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        listed = ", ".join(path.as_posix() for path in paths)
        first_line = str(error).splitlines()[0]
        sentence = f"{listed} can't be read ({first_line}): deliver it anew."
        return Part(instance, relation, {}, names, sentence)
    return Part(instance, relation, {str(row[0]): str(row[1]) for row in rows}, names)


class _Form(NamedTuple):
    """How a CSV file is written."""

    header: str
    encoding: str
    delimiter: str


def _csv_parts(
    connection: duckdb.DuckDBPyConnection, instance: str, paths: Iterable[Path], names: Mapping[str, str]
) -> list[Part]:
    """Read the CSV files of an instance, those written alike as one part (macro `csv_parts`)."""
    forms: dict[_Form, list[Path]] = {}
    for path in paths:
        form = _form(connection, path)
        if form is not None:
            forms.setdefault(form, []).append(path)
    parts = []
    for form, own in forms.items():
        columns = _header_names(form)
        relation = _csv_relation(connection, own, columns, form)
        parts.append(Part(instance, relation, dict.fromkeys(columns, "VARCHAR"), names, is_csv=True))
    return parts


def _form(connection: duckdb.DuckDBPyConnection, path: Path) -> _Form | None:
    """Tell encoding, header and delimiter of a CSV file; None if it has no line (macro `csv_surveyed`)."""
    content = path.read_bytes() if path.stat().st_size <= _LARGE else b""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif _is_utf_8(content):
        encoding = "utf-8"
    else:
        encoding = "bytes" if re.search(rb"[\x80-\x9f]", content) else "latin-1"
    lines = _csv_lines([path], encoding, in_order=True)
    row = connection.execute(f"select line from {lines} as lines where trim(line) != '' limit 1").fetchone()
    if row is None:
        return None
    header = str(row[0]).replace("\ufeff", "")
    delimiter = ","
    for other in (";", "\t", "|"):
        if header.count(other) > header.count(delimiter):
            delimiter = other
    return _Form(header, encoding, delimiter)


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _header_names(form: _Form) -> list[str]:
    """Name the columns of a header line; a name that comes twice gets a number (macro `csv_header_names`)."""
    mark = re.escape(form.delimiter)
    cells = re.findall(f'(?:^|{mark})("(?:[^"]|"")*"|[^{mark}]*)', form.header)
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        is_quoted = cell.startswith('"') and cell.endswith('"')
        name = (cell[1:-1].replace('""', '"') if is_quoted else cell).strip()
        names.append(f"{name}_{position}" if name == "" or name in names else name)
    return names


def _csv_lines(paths: Iterable[Path], encoding: str, in_order: bool = False) -> str:
    """Write the physical lines of CSV files as a relation with the column `line` (macro `csv_lines`)."""
    if encoding == "bytes":
        return f"({_BYTE_LINES.format(files=_text_list(paths))})"
    return (
        f"read_csv({_text_list(paths)}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, "
        "header = false, "
        f"delim = '\x1f\x1e\x1d', quote = '', escape = '', strict_mode = false, encoding = '{encoding}'"
        f"{', parallel = false' if in_order else ''})"
    )


def _csv_relation(
    connection: duckdb.DuckDBPyConnection, paths: Iterable[Path], names: list[str], form: _Form
) -> str:
    """Write CSV files as a relation of texts; the values of a broken line are null (macro `csv_relation`)."""
    lines = _csv_lines(paths, form.encoding)
    mark, count = form.delimiter, len(names)
    sql = _LINES_WITH_QUOTES.format(last=count - 1, mark=mark, lines=lines)
    (survey,) = connection.execute(sql).fetchall()
    if survey[1] > 0 or form.encoding == "bytes":
        cells = [f"cells[{position + 1}]" for position in range(count)]
        rows = _BY_LINE.format(count=count, mark=mark, lines=lines, header=_literal(form.header))
    else:
        cells = [f"cell_{position + 1}" for position in range(count)]
        rows = _BY_CELL.format(
            count=count,
            files=_text_list(paths),
            columns=", ".join(f"'{cell}': 'VARCHAR'" for cell in (*cells, "over_1", "over_2", "over_3")),
            mark=mark,
            encoding=form.encoding,
            parallel=", parallel = false" if survey[0] > 0 else "",
            header=" and ".join(
                f"coalesce({cell}, '') = {_literal(name)}" for cell, name in zip(cells, names, strict=True)
            ),
        )
    values = ", ".join(
        f"case when not is_broken_line then nullif({cell}, '') end as {_quoted(name)}"
        for cell, name in zip(cells, names, strict=True)
    )
    return f"(select {values}, is_broken_line from ({rows}) as delivered_lines)"


def _text_list(paths: Iterable[Path]) -> str:
    return "[" + ", ".join(_literal(path.as_posix()) for path in paths) + "]"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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
