"""Nothing that names a person leaves the raw files."""

from __future__ import annotations

import re

import pytest

from .house import House

# Files and columns that hold a person's e-mail, phone or number, and how such a value is written.
PERSONAL = {
    "e-mail of a customer": ("shopify/*/customer", "email", r"[^\s|]+@[^\s|]+"),
    "e-mail on an order": ("shopify/*/order", "email", r"[^\s|]+@[^\s|]+"),
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


def quoted(pattern: str) -> str:
    """Write a pattern inside an SQL text."""
    return pattern.replace("'", "''")
