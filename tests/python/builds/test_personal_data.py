"""Nothing that names a person leaves the raw files: no table, no view, no file that a build writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from .house import PROJECT, House

# Files and columns that hold a person's e-mail, phone or number, and how such a value is written.
PERSONAL = {
    "e-mail of a customer": ("shopify/*/customer", "email", r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "e-mail on an order": ("shopify/*/order", "email", r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "phone of a customer": ("shopify/*/customer", "phone", r"\+44 ?7700 ?\d+"),
    "token of a checkout": ("shopify/*/order", "token", r"\btok\d+\b"),
    "person of a newsletter": ("klaviyo/event", "person_id", r"\b(?:uk|eu)\.p\d+\b"),
    "visitor of the site": ("ga4/event", "user_pseudo_id", r"\b(?:uk|eu)\.\d+\b"),
    "loyalty card": ("pos/sales_line/*", "loyalty_id", r"\bLY\d+\b"),
}
NAMES = (
    ("shopify/*/customer", "first_name || ' ' || last_name"),
    ("shopify/*/order", "shipping_address_name"),
)
ADDRESSES = ("shopify/*/order", "shipping_address_address1")


def planted(house: House, files: str, column: str) -> list[str]:
    """Return the distinct values of a raw column."""
    rows = house.query(
        f"select distinct {column} from read_parquet('{{raw}}/{files}.parquet', union_by_name = true) "
        f"where {column} is not null"
    )
    return [str(row[0]) for row in rows]


@pytest.fixture(scope="module")
def tell_tale(retailer: House) -> str:
    """Build one pattern that matches everything personal in the raw tables."""
    names = {name for files, column in NAMES for name in planted(retailer, files, column)}
    streets = {re.sub(r"^\d+ ", "", address) for address in planted(retailer, *ADDRESSES)}
    assert len(names) > 20 and len(streets) > 3
    parts = [pattern for _, _, pattern in PERSONAL.values()]
    parts += ["(?:" + "|".join(sorted(map(re.escape, names))) + ")"]
    # a cell that is a first or last name and nothing else
    words = {word for name in names for word in name.split(" ")}
    parts += ["(?m:^(?:" + "|".join(sorted(map(re.escape, words))) + ")$)"]
    parts += [r"\d+ (?:" + "|".join(sorted(map(re.escape, streets))) + ")"]
    return "|".join(parts)


@pytest.mark.parametrize("what", sorted(PERSONAL))
def test_the_pattern_knows_every_planted_value(retailer: House, tell_tale: str, what: str) -> None:
    files, column, pattern = PERSONAL[what]
    values = planted(retailer, files, column)
    assert values, f"no {what} was planted"
    assert [value for value in values if not re.fullmatch(pattern, value)] == []
    assert retailer.value(f"select regexp_matches('{values[0]}', '{quoted(tell_tale)}')") is True


def test_no_table_or_view_holds_anything_personal(retailer: House, tell_tale: str) -> None:
    relations = retailer.relations()
    assert len(relations) > 100
    text_columns: dict[str, list[str]] = {}
    for table, column in retailer.query(
        "select table_name, column_name from information_schema.columns "
        "where table_schema like 'main_%' and data_type in ('VARCHAR', 'JSON', 'BLOB')"
    ):
        text_columns.setdefault(table, []).append(f'"{column}"::varchar')
    told = {}
    for table, columns in text_columns.items():
        row_text = f"concat_ws(chr(10), {', '.join(columns)})"
        found = retailer.query(
            f"select {row_text} from {relations[table]} "
            f"where regexp_matches({row_text}, '{quoted(tell_tale)}') limit 2"
        )
        if found:
            told[table] = found
    assert told == {}


def test_people_are_joined_by_hashes_of_sixty_four_digits(retailer: House) -> None:
    ids = retailer.query(
        "select distinct customer_id from main_marts.fct_sales where customer_id is not null"
    )
    hashed = [row[0] for row in ids if re.fullmatch(r"[0-9a-f]{64}", row[0])]
    assert len(hashed) > 100
    assert all("@" not in row[0] for row in ids)


# Columns that hold what a person wrote or where they came from, whose values many rows share: the planted
# sentences below stand for them.
FREE_TEXT = {"note", "memo", "referring_site", "landing_site_base_url"}


@pytest.fixture(scope="module")
def people(retailer: House) -> Iterator[tuple[duckdb.DuckDBPyConnection, int]]:
    """Gather every value of every column that a contract calls personal."""
    connection = duckdb.connect()
    connection.execute("create table personal (value varchar)")
    columns = 0
    for path in sorted((PROJECT / "models" / "staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text("utf-8"))["sources"]:
            for table in source["tables"]:
                columns += gather(connection, retailer.raw, source["name"], table)
    connection.execute(f"attach '{retailer.file}' as warehouse (read_only)")
    yield connection, columns
    connection.close()


def gather(connection: duckdb.DuckDBPyConnection, raw: Path, system: str, table: dict[str, object]) -> int:
    """Add a table's personal values; return the number of its personal columns."""
    declared = table["columns"]
    assert isinstance(declared, list)
    named = [c["name"] for c in declared if (c.get("config") or {}).get("meta", {}).get("is_personal")]
    files = [f"{raw}/{system}/{part}" for part in (f"{table['name']}.parquet", f"*/{table['name']}.parquet")]
    files += [f"{raw}/{system}/{table['name']}/*.parquet"]
    found = [file for file in files if connection.execute(f"select 1 from glob('{file}')").fetchall()]
    if not named or not found:
        return 0
    relation = f"read_parquet({found}, union_by_name = true)"
    there = {row[0] for row in connection.execute(f"describe select * from {relation}").fetchall()}
    own = [name for name in named if name in there and name not in FREE_TEXT]
    for name in own:
        # a short number may stand for anything
        connection.execute(
            f"insert into personal select distinct trim({name}::varchar) from {relation} "
            f"where length(trim({name}::varchar)) >= 4 "
            f"and not regexp_full_match({name}::varchar, '[0-9]{{1,6}}')"
        )
    return len(own)


def test_no_cell_of_any_table_is_a_personal_value(
    retailer: House, people: tuple[duckdb.DuckDBPyConnection, int]
) -> None:
    connection, columns = people
    assert columns >= 12
    assert connection.execute("select count(distinct value) from personal").fetchall()[0][0] > 500
    connection.execute("create temp table one as select distinct lower(value) as value from personal")
    told = []
    for table, column in retailer.query(
        "select table_schema || '.' || table_name, column_name from information_schema.columns "
        "where table_schema like 'main_%' and data_type = 'VARCHAR' order by all"
    ):
        schema, name = table.split(".")
        hit = connection.execute(
            f'select any_value("{column}") from warehouse."{schema}"."{name}" '
            f'where lower("{column}") in (select value from one)'
        ).fetchall()
        if hit[0][0] is not None:
            told.append((table, column, hit[0][0]))
    assert told == []


def test_no_file_of_the_build_holds_anything_personal(retailer: House, tell_tale: str) -> None:
    # SQL as compiled and run, manifest, results, logs; the rest is dbt's own pickle of the manifest
    endings = {".sql", ".json", ".yml", ".csv", ".log", ".html", ".txt"}
    files = [path.as_posix() for path in retailer.root.rglob("*") if path.suffix in endings]
    assert len(files) > 200
    found = retailer.query(
        f"select filename, regexp_extract(content, '{quoted(tell_tale)}') from read_text({files}) "
        f"where regexp_matches(content, '{quoted(tell_tale)}')"
    )
    assert found == []


def quoted(pattern: str) -> str:
    """Write a pattern inside an SQL text."""
    return pattern.replace("'", "''")
