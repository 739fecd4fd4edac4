"""Nothing that names a person leaves the raw files: no table, no view, no file that a build writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from sellthrough.trust.contracts import project_vars
from sellthrough.trust.validate import validate_raw

from .house import PROJECT, House, copied_raw

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


# What people write into free text and into columns of their own.
SENTENCES = {
    "shopify/uk/refund.parquet": (
        "note",
        "Mrs Winifred Ashdown rang from +44 7700 900777, refund to wini@example.org",
    ),
    "netsuite/transaction.parquet": ("memo", "collected by Winifred Ashdown, wini@example.org, 07700 900777"),
}
OWN_COLUMNS = {
    "netsuite/item.parquet": {
        "x_buyer_mail": "wini@example.org",
        "x_remark": "ask wini@example.org or (07700) 900777, shelf 12-034-5678",
        "X_Customer": "Winifred Ashdown",
        "x_shelf": "B-17",
    },
    "shopify/uk/order_line.parquet": {
        "x_gift_note": "Happy birthday from Winifred Ashdown, 12 Pine Road",
        "x_engraving_phone": "+44 7700 900777",
        "x_hotline": "+44 (0) 7700 900777",
        "x_bin": "0501234567890",
    },
}
PLANTED = re.compile(r"(?i)wini|ashdown|900777|900 777|pine road")


@pytest.fixture(scope="module")
def chatty(corner_shop: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Plant personal data in free text, in own columns and, by a slip, in columns of codes and numbers."""
    root = tmp_path_factory.mktemp("chatty")
    raw = copied_raw(corner_shop.raw, root / "raw")
    for file, (column, text) in SENTENCES.items():
        rewritten(raw / file, f"select * replace ('{text}' as {column}) from landed")
    for file, own in OWN_COLUMNS.items():
        rewritten(
            raw / file, "select *, " + ", ".join(f"'{v}' as {k}" for k, v in own.items()) + " from landed"
        )
    rewritten(
        raw / "amazon" / "orders.parquet",
        "select * replace (case when rowid < 5 then 'Winifred Ashdown' else order_status end "
        "as order_status, case when rowid < 5 then 'wini@example.org' else order_total_currency_code end "
        "as order_total_currency_code) from landed",
    )
    rewritten(
        raw / "wms" / "movement.parquet",
        "select * replace (case when rowid < 5 then '07700 900777' else qty_each::varchar end as qty_each, "
        "case when rowid < 9 then 'Winifred Ashdown' else reason end as reason) from landed",
    )
    house = corner_shop.copied(root / "house", raw=raw)
    staged = ("item", "transaction")
    models = [f"stg_netsuite__{name}" for name in staged]
    models += ["stg_shopify__refund", "stg_shopify__order_line", "int_sku_masters_erp"]
    house.dbt("run", "--select", *models)
    return house


def rewritten(path: Path, sql: str) -> None:
    """Replace a Parquet file by a query over it, named `landed`."""
    with duckdb.connect() as connection:
        connection.execute(f"create table landed as from read_parquet('{path}')")
        connection.execute(f"copy ({sql}) to '{path}' (format parquet)")


def test_free_text_and_own_columns_that_name_a_person_stay_in_the_source(chatty: House) -> None:
    tables = {
        "main_staging.stg_netsuite__item",
        "main_staging.stg_netsuite__transaction",
        "main_staging.stg_shopify__refund",
        "main_staging.stg_shopify__order_line",
        "main_intermediate.int_sku_masters_erp",
    }
    for table in sorted(tables):
        texts = [f'"{column}"::varchar' for column in chatty.columns(table.split(".")[1])]
        rows = chatty.query(f"select concat_ws(' | ', {', '.join(texts)}) from {table}")
        assert rows, table
        assert [row for row in rows if PLANTED.search(row[0])][:2] == [], table


def test_own_columns_that_name_nobody_pass_and_keep_what_they_say(chatty: House) -> None:
    rows = chatty.query(
        "select x_columns->>'x_shelf', x_columns->>'x_remark' from main_staging.stg_netsuite__item limit 1"
    )
    assert rows == [("B-17", "ask *** or ***, shelf 12-034-5678")]
    own = chatty.query(
        "select x_columns->>'x_bin', x_columns->>'x_hotline' from main_staging.stg_shopify__order_line "
        "where source_instance = 'uk' limit 1"
    )
    assert own == [("0501234567890", "***")]


def test_results_and_pages_of_the_validation_name_nobody(chatty: House) -> None:
    knobs = project_vars(PROJECT, {"raw_folder": chatty.raw.as_posix()})
    outcomes = validate_raw(PROJECT, chatty.file, knobs, out=chatty.validation, say=lambda _: None)
    broken = {(o.table, o.expectation_id): o for o in outcomes if not o.is_met}
    assert broken["wms.movement", "readable qty_each"].unexpected_sample == "99999 999999"
    assert broken["wms.movement", "values reason"].unexpected_sample == "aaaaaaaa aaaaaaa"
    assert broken["amazon.orders", "values order_status"].unexpected_count == 5
    assert (
        broken["amazon.orders", "pattern order_total_currency_code"].unexpected_sample == "aaaa@aaaaaaa.aaa"
    )
    texts = {path: path.read_text("utf-8") for path in chatty.validation.rglob("*.html")}
    assert len(texts) > 40
    rows = chatty.query(f"select * from '{chatty.validation}/validation_result/raw.parquet'")
    assert len(rows) == len(outcomes) > 500
    texts[Path("results")] = "\n".join(map(str, rows))
    for path, text in texts.items():
        assert not PLANTED.search(text), path
        told = text.replace("aaaa@aaaaaaa.aaa", "")
        assert not re.search(r"[^\s|]+@[^\s|<]+\.\w|\+44 ?7700|\bLY\d+\b|\btok\d+\b", told), path


def quoted(pattern: str) -> str:
    """Write a pattern inside an SQL text."""
    return pattern.replace("'", "''")
