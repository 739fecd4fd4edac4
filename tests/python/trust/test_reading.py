"""Raw validation finds and reads landed values as the macros of the landing do."""

from __future__ import annotations

import math
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import pytest

from sellthrough.trust.landing import decimal_commas, parts_of
from sellthrough.trust.reading import TYPES, landed_value

PROJECT = Path(__file__).resolve().parents[3]
NUMBER_TEXTS = (
    *("12", " 12 ", "12.0", "12.00", "12.5", "12,5", "0,123", "1,234", "1.234", "1,234.50", "1.234,50"),
    *("1,234,567", "1.234.567", "1e3", "1e999", "nan", "inf", "-3", "+4", "--", "9" * 30),
)
TIME_TEXTS = (
    *("2026-01-02", "2026-01-02 03:04:05", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00"),
    *(
        "2026-01-02 03:04:05 +0200",
        "2026-01-02 03:04:05 Europe/Paris",
        "02/01/2026",
        "2026-13-01",
        "infinity",
    ),
)
TEXTS = (*NUMBER_TEXTS, *TIME_TEXTS, "", " ", "AB-1", "00012", "7.0", "A\u00a0B", "\ufeff12", "true", "no")
TEXT_KINDS = [(kind, "VARCHAR", commas) for kind in TYPES for commas in (False, True) if kind != "integer"]
NUMBERS = ("1.0", "1.5", "1e17", "'nan'::double", "'inf'::double", "null")


def macros() -> Any:
    """Load the macros of the landing as dbt would on DuckDB."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])

    class Adapter:
        def dispatch(self, name: str) -> Any:
            return found.get(f"duckdb__{name}") or found[f"default__{name}"]

        def quote(self, name: str) -> str:
            return f'"{name}"'

    class Types:
        def __getattr__(self, name: str) -> Any:
            kinds = {"type_string": "varchar", "type_bigint": "bigint", "type_float": "double"}
            return lambda: kinds.get(name, name.removeprefix("type_"))

    found: dict[str, Any] = {}
    environment.globals |= {"adapter": Adapter(), "dbt": Types(), "return": lambda value: value}
    environment.globals["modules"] = SimpleNamespace(re=re)
    files = [*(PROJECT / "macros" / "portable").glob("*.sql")]
    files += [PROJECT / "macros" / "landing" / f"{name}.sql" for name in (
        "landed_value", "landed_name", "is_text_type", "is_id_column", "contract_type",
    )]  # fmt: skip
    texts = [path.read_text("utf-8") for path in files]
    for name in re.findall(r"{% macro (\w+)\(", "".join(texts)):
        # a macro calls those of other files by what they return, and some of those are read later
        environment.globals[name] = lambda *given, name=name: found[name](*given)
    for text in texts:
        module = environment.from_string(text).module
        for name in re.findall(r"{% macro (\w+)\(", text):
            found[name] = _returned(getattr(module, name), name)
    return found


def _returned(macro: Any, name: str) -> Any:
    def call(*given: Any) -> Any:
        text = str(macro(*given)).strip()
        return text == "True" if name.startswith("is_") else text

    return call


@pytest.mark.parametrize(("kind", "physical", "has_commas"), TEXT_KINDS + [
    (kind, "DOUBLE", False) for kind in ("string", "numeric", "bigint", "float")
])  # fmt: skip
@pytest.mark.parametrize("column", ["id", "name"])
def test_a_value_is_read_as_staging_reads_it(kind: str, physical: str, has_commas: bool, column: str) -> None:
    part = {"names": {}, "columns": {column: physical}, "decimal_commas": [column] if has_commas else []}
    staged = macros()["landed_value"](column, kind, part)
    ours = landed_value(f"landed_rows.{column}", column, kind, physical, has_commas)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        values = ", ".join(f"({number})" for number in NUMBERS)
        rows = f"(values {values})" if physical == "DOUBLE" else "(select unnest(?))"
        given = [] if physical == "DOUBLE" else [list(TEXTS)]
        read = connection.execute(
            f"select {column}, {staged}, {ours} from {rows} as landed_rows ({column})", given
        ).fetchall()
    assert len(read) == (len(NUMBERS) if physical == "DOUBLE" else len(TEXTS))
    for value, one, other in read:
        both_nan = (
            isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
        )
        assert one == other or both_nan, value


def knobs(folder: Path) -> dict[str, Any]:
    return {"raw_folder": folder, "pos_location": folder.as_posix(), "column_names": {}}


@pytest.mark.parametrize(("content", "rows", "broken"), [
    (b"receipt_id;qty\nR1;1,50\nR2;2,25\n", 2, 0),
    ("receipt_id,qty\nJosé,1\n".encode("latin-1"), 1, 0),
    ("receipt_id,qty\nJos\u00e9,1\n".encode("utf-16"), 1, 0),
    (b"receipt_id,qty\nR\x92,1\n", 1, 0),
    (b"\xef\xbb\xbfreceipt_id,qty\nR1,1\nreceipt_id,qty\nR2,2\n", 2, 0),
    (b"receipt_id,qty\nR1\nR2,2\nR3,3,3\n", 3, 2),
    (b'receipt_id,qty\nR1,1"\nR2,2\nR3,"3"\n', 3, 0),
    (b" Receipt_ID ,QTY\nR1,1\n", 1, 0),
])  # fmt: skip
def test_csv_is_found_as_the_landing_finds_it(tmp_path: Path, content: bytes, rows: int, broken: int) -> None:
    (tmp_path / "sales_line.csv").write_bytes(content)
    with duckdb.connect() as connection:
        (part,) = parts_of(connection, "pos", "sales_line", knobs(tmp_path))
        assert part.is_csv and not part.error
        (counted,) = connection.execute(
            f"select count(*), sum(cast(is_broken_line as integer)), count({part.name_of('receipt_id')}), "
            f"count({part.name_of('qty')}) from {part.relation} as landed"
        ).fetchall()
        commas = decimal_commas(connection, part, {"receipt_id": "string", "qty": "numeric"})
    assert counted == (rows, broken, rows - broken, rows - broken)
    assert commas == ({"qty"} if b";" in content else set())


def test_files_written_otherwise_are_parts_of_their_own_and_unreadable_ones_say_why(tmp_path: Path) -> None:
    folder = tmp_path / "sales_line"
    folder.mkdir()
    (folder / "1.csv").write_bytes(b"receipt_id,qty\nR1,1\n")
    (folder / "2.csv").write_bytes(b"receipt_id;qty\nR1;1\n")
    (folder / "3.csv").write_bytes(b"PK\x03\x04 and so on")
    (folder / "4.csv").write_bytes(b"\x1f\x8b and so on")
    (folder / "5.parquet").write_bytes(b"PAR1 and no end of it")
    with duckdb.connect() as connection:
        parts = parts_of(connection, "pos", "sales_line", knobs(tmp_path))
    errors = sorted(part.error for part in parts if part.error)
    assert [part.instance for part in parts] == ["pos"] * 5
    assert len(errors) == 3 and all(error.endswith(": deliver it anew.") for error in errors)
    assert "3.csv is a workbook or an archive, not CSV" in errors[0]
    assert "4.csv is compressed" in errors[1] and "5.parquet is cut off" in errors[2]
