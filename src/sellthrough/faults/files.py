"""Columns and files that aren't as the contract says."""

from __future__ import annotations

__all__ = ["FAULTS"]

import gzip
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from sellthrough.faults.fault import Fault, Planted
from sellthrough.faults.planting import ORDER, ORDER_LINE, Row, in_rows, whole_file
from sellthrough.faults.planting import ROW_FILES as FILES
from sellthrough.faults.world import MARK, ROW, RawTable, World

EU_LINE = "shopify/eu/order_line"
TILL, OLD_TILL = FILES["till"], "pos/sales_line/2025"
UNREADABLE = "unreadable value"


def _file(
    name: str,
    batch: str,
    path: str,
    edit: Callable[[RawTable], None],
    meaning: str,
    outcome: str = "ignored",
    reason: str = "",
) -> Fault:
    def change(world: World) -> None:
        table = world.table(path)
        edit(table)
        if outcome == "quarantined":
            for row in table.rows:
                row[MARK] = name

    family = "columns" if batch == "columns" else "files"
    reasons = (reason,) if reason else ()
    return Fault(name, family, batch, outcome, reasons, whole_file(name, path, change), 1, meaning)


def _csv(edit: Callable[[bytes], bytes]) -> Callable[[RawTable], None]:
    def change(table: RawTable) -> None:
        table.form = "csv"
        table.file_edits.append(edit)

    return change


def _column(name: str, value: Any) -> Callable[[RawTable], None]:
    def change(table: RawTable) -> None:
        table.columns.append(name)
        for row in table.rows:
            row[name] = value

    return change


def _rename(old: str, new: str) -> Callable[[RawTable], None]:
    def change(table: RawTable) -> None:
        table.columns[table.columns.index(old)] = new
        for row in table.rows:
            row[new] = row.pop(old)

    return change


def _upper(table: RawTable) -> None:
    for name in [column for column in table.columns if column not in (ROW, MARK)]:
        _rename(name, name.upper())(table)


def _strange(table: RawTable) -> None:
    for name in ('x_qty"; drop table fct_sales; --', "Kommentar äöü", "x_shelf_note", "select"):
        _column(name, "1")(table)


def _float_ids(table: RawTable) -> None:
    for name in ("id", "customer_id", "location_id"):
        at = table.schema.get_field_index(name)
        table.schema = table.schema.set(at, pa.field(name, pa.float64()))
        for row in table.rows:
            row[name] = None if row[name] is None else float(row[name])


def _delimited(delimiter: str) -> Callable[[RawTable], None]:
    def change(table: RawTable) -> None:
        table.form, table.delimiter = "csv", delimiter

    return change


def _encoded(encoding: str, note: str) -> Callable[[RawTable], None]:
    def change(table: RawTable) -> None:
        _column("x_note", note)(table)
        _csv(lambda content: content.decode("utf-8").encode(encoding))(table)

    return change


def _mixed_ends(content: bytes) -> bytes:
    lines = content.split(b"\n")
    return b"".join(line + (b"\r\n" if n % 3 else b"\n") for n, line in enumerate(lines) if line)


def _header_again(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    for position in (len(lines), len(lines) // 2, len(lines) // 3):
        lines.insert(position, lines[0])
    return b"".join(lines)


def _blank_lines(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(line + (b"\n" if n % 50 == 0 else b"") for n, line in enumerate(lines))


def _line(
    name: str, path: str, edit: Callable[[str], str], lines: int, count: int, meaning: str, *, broken: bool
) -> Fault:
    """Damage single lines of CSV; `lines` is how many broken ones each becomes."""

    def plant(world: World, number: int) -> list[Planted]:
        table = world.table(path)
        table.form = "csv"
        planted = in_rows(name, [path], lambda _: None)(world, number)
        names = {item.row for item in planted}
        for position, row in enumerate(table.rows):
            if row[ROW] in names:
                table.line_edits[position] = edit
                world.extra_lines[path] = world.extra_lines.get(path, 0) + lines - 1
        return [Planted(name, path, item.row, broken_lines=lines if broken else 0) for item in planted]

    return Fault(
        name,
        "files",
        "files",
        "quarantined" if broken else "repaired",
        (UNREADABLE,) if broken else (),
        plant,
        count,
        meaning,
    )


def _cut(world: World, count: int) -> list[Planted]:
    path = FILES["refund"]
    table = world.table(path)
    table.form = "csv"
    world.taken[path].add(table.rows[-1][ROW])
    table.file_edits.append(lambda content: content[: content.rstrip(b"\n").rindex(b"\n") + 25])
    return [Planted("cut_mid_line", path, table.rows[-1][ROW], broken_lines=1)]


def _values(name: str, path: str, change: Callable[[Row], None], count: int, meaning: str) -> Fault:
    def plant(world: World, number: int) -> list[Planted]:
        world.table(path).form = "csv"
        return in_rows(name, [path], change)(world, number)

    return Fault(name, "files", "files", "repaired", (), plant, count, meaning)


def _gone(world: World) -> None:
    world.removed.append("weather/daily")


def _refused(
    name: str, path: str, form: str, edit: Callable[[bytes], bytes], sentence: str, meaning: str
) -> Fault:
    def change(world: World) -> None:
        table = world.table(path)
        table.form = form
        table.file_edits.append(edit)

    return Fault(name, "files", name, "refused", (sentence,), whole_file(name, path, change), 1, meaning)


def _empty(table: RawTable) -> None:
    table.rows = []
    table.form = "csv"


FAULTS = [
    _file(
        "reordered_columns",
        "columns",
        FILES["marketplace"],
        lambda t: t.columns.reverse(),
        "The columns come in another order.",
    ),
    _file("upper_case_headers", "columns", TILL, _upper, "The columns' names are in upper case."),
    _file("added_columns", "columns", ORDER_LINE, _strange, "Columns were added, with strange names."),
    _file(
        "dropped_column",
        "columns",
        EU_LINE,
        lambda t: t.columns.remove("title"),
        "A column that no unit or money rests on is gone.",
    ),
    _file(
        "dropped_quantity",
        "columns",
        FILES["movement"],
        lambda t: t.columns.remove("qty_each"),
        "The quantity is gone.",
        "quarantined",
        "no quantity",
    ),
    _file(
        "renamed_quantity",
        "columns",
        FILES["receipt"],
        _rename("qty_each", "qty"),
        "The quantity has another name.",
        "quarantined",
        "quantity is not positive",
    ),
    _file("ids_as_decimals", "columns", ORDER, _float_ids, "The ids are floating-point numbers."),
    _file(
        "everything_as_text",
        "columns",
        FILES["google"],
        lambda t: t.texts.update(t.columns),
        "Every column is text.",
    ),
    _file(
        "one_file_as_text",
        "columns",
        OLD_TILL,
        lambda t: t.texts.update(t.columns),
        "One of two files of a table is all text.",
    ),
    _file(
        "byte_order_mark",
        "files",
        FILES["marketplace"],
        _csv(lambda c: b"\xef\xbb\xbf" + c),
        "A file begins with a byte order mark.",
    ),
    _file(
        "utf_16", "files", FILES["meta"], _csv(lambda c: c.decode().encode("utf-16")), "A file is in UTF-16."
    ),
    _file(
        "latin_1", "files", "netsuite/transactionline", _encoded("latin-1", "Café"), "A file is in Latin-1."
    ),
    _file(
        "windows_1252",
        "files",
        FILES["snapshot"],
        _encoded("cp1252", "“Café”, 5 €"),
        "A file is in Windows-1252.",
    ),
    _file("semicolons", "files", FILES["receipt"], _delimited(";"), "Semicolons part the values."),
    _file("tabs", "files", FILES["movement"], _delimited("\t"), "Tabs part the values."),
    _file("mixed_line_ends", "files", OLD_TILL, _csv(_mixed_ends), "Lines end in two ways."),
    _file(
        "header_again",
        "files",
        FILES["google"],
        _csv(_header_again),
        "The header comes again within the file.",
    ),
    _file(
        "blank_lines",
        "files",
        "shopify/eu/order_line_refund",
        _csv(_blank_lines),
        "Blank lines stand between the rows.",
    ),
    _file(
        "trailing_separators",
        "files",
        "shopify/eu/inventory_quantity",
        _csv(lambda c: c.replace(b"\n", b",,,\n")),
        "Each line ends with separators.",
    ),
    _file("header_only", "files", "planning/promotion", _empty, "A file holds a header and no row."),
    _file("no_bytes", "files", "planning/media_plan", _csv(lambda _: b""), "A file is empty."),
    Fault(
        "missing_file",
        "files",
        "files",
        "ignored",
        (),
        whole_file("missing_file", "weather/daily", _gone),
        1,
        "A file wasn't delivered.",
    ),
    _line(
        "broken_in_two",
        TILL,
        lambda s: s[: len(s) // 2] + "\n" + s[len(s) // 2 :],
        2,
        6,
        "A line break cuts a line in two.",
        broken=True,
    ),
    _line(
        "separator_in_text",
        ORDER_LINE,
        lambda s: s.replace("\n", ",surplus\n"),
        1,
        6,
        "A comma in a text wasn't quoted, so the line has too many values.",
        broken=True,
    ),
    _line(
        "short_line",
        ORDER_LINE,
        lambda s: ",".join(s.split(",")[:4]) + "\n",
        1,
        6,
        "A line has too few values.",
        broken=True,
    ),
    _line(
        "stray_quotation_mark",
        ORDER_LINE,
        lambda s: s.replace(",", ',"', 6).replace(',"', ",", 5),
        1,
        6,
        "A quotation mark opens and never closes.",
        broken=True,
    ),
    Fault(
        "cut_mid_line",
        "files",
        "files",
        "quarantined",
        (UNREADABLE,),
        _cut,
        1,
        "A file was cut in the middle of a line.",
    ),
    _values(
        "line_break_in_quotes",
        EU_LINE,
        lambda r: r.update(title="first\nsecond, third"),
        6,
        "A quoted text holds a line break.",
    ),
    _values(
        "zero_byte_in_text",
        EU_LINE,
        lambda r: r.update(title="first\x00second"),
        4,
        "A text holds a zero byte.",
    ),
    _refused(
        "cut_parquet",
        ORDER_LINE,
        "parquet",
        lambda c: c[: len(c) // 2],
        "is cut off",
        "A Parquet file was cut.",
    ),
    _refused(
        "parquet_without_bytes",
        FILES["receipt"],
        "parquet",
        lambda _: b"",
        "has no bytes",
        "A Parquet file is empty.",
    ),
    _refused(
        "page_as_parquet",
        FILES["movement"],
        "parquet",
        lambda _: b"<html><body>503 Service Unavailable</body></html>",
        "is no Parquet file",
        "An error page was saved as Parquet.",
    ),
    _refused(
        "workbook_as_csv",
        FILES["receipt"],
        "csv",
        lambda _: b"PK\x03\x04" + bytes(range(256)) * 20,
        "is a workbook",
        "A workbook was renamed to CSV.",
    ),
    _refused(
        "compressed_csv",
        FILES["receipt"],
        "csv",
        lambda c: gzip.compress(c, mtime=0),
        "is compressed",
        "A CSV file is compressed.",
    ),
    _refused(
        "csv_without_header",
        FILES["receipt"],
        "csv",
        lambda c: c[c.index(b"\n") + 1 :],
        "names no column",
        "A CSV file has no header.",
    ),
]
