"""Decisions about keys restate history and take themselves back; the rules of keys hold for any key."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .house import House

SEED = "main_seeds.sku_mapping"
# What a decision about a SKU must restate, and what it is read from.
RESTATED = ("int_sku_keys_resolved", "int_sales_resolved", "fct_sales", "fct_stock_daily", "dim_sku")
RERUN = (
    "run",
    "--select",
    "int_sku_rules_cleaned+",
    "--exclude",
    "int_forecast_fit+",
    "int_demand_recovered+",
)


@pytest.fixture(scope="module")
def mended(corner_shop: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Copy the very small retailer, to change its decisions."""
    return corner_shop.copied(tmp_path_factory.mktemp("identity") / "house")


def held(house: House) -> dict[str, tuple[int, int]]:
    """Return what the restated tables hold; when a run restated a row is the run's own affair."""
    clock = {"int_sales_resolved": "* exclude (restated_at)"}
    return {name: house.content(name, clock.get(name, "*")) for name in RESTATED}


def total(house: House, table: str, column: str) -> object:
    """Return the sum of a column."""
    return house.value(f"select sum({column}) from {house.relations()[table]}")


def test_one_row_merges_two_skus_in_all_of_history_and_without_it_they_are_two_again(mended: House) -> None:
    before = held(mended)
    units = total(mended, "fct_sales", "net_units")
    sales = mended.relations()["fct_sales"]
    (first, first_lines), (second, second_lines) = mended.query(
        f"select sku_id, count(*) from {sales} group by sku_id order by 2 desc, 1 limit 2"
    )
    mended.execute(
        f"insert into {SEED} (source_system, source_key, sku_id, action, reviewed_by) "
        f"values ('*', '{first}', '{second}', 'merge', 'master data')"
    )
    mended.dbt(*RERUN)
    lines = dict(mended.query(f"select sku_id, count(*) from {sales} group by sku_id"))
    assert first not in lines
    assert lines[second] == first_lines + second_lines
    assert total(mended, "fct_sales", "net_units") == units
    assert mended.value(f"select count(*) from {mended.relations()['dim_sku']} where sku_id = '{first}'") == 0
    stock = mended.relations()["fct_stock_daily"]
    assert mended.value(f"select count(*) from {stock} where sku_id = '{first}'") == 0
    assert all(held(mended)[name] != before[name] for name in RESTATED)

    mended.execute(f"delete from {SEED}")
    mended.dbt(*RERUN)
    assert held(mended) == before


def test_a_row_of_one_shop_leaves_the_other_alone_and_a_block_sends_lines_to_quarantine(
    mended: House,
) -> None:
    sales = mended.relations()["int_sales_resolved"]
    ((key, sku),) = mended.query(
        f"select source_sku, sku_id from {sales} where source_system = 'shopify' and source_instance = 'uk' "
        "and rejection_reason is null group by all order by count(*) desc, 1 limit 1"
    )
    before = mended.value(f"select sum(source_units) from {sales}")
    mended.execute(
        f"insert into {SEED} (source_system, source_instance, source_key, sku_id, action) values "
        f"('shopify', 'eu', '{key}', '*', 'block')"
    )
    mended.dbt(*RERUN[:3], "--exclude", "int_demand_features+", "int_demand_observed+")
    asked = f"select distinct rejection_reason from {sales} where source_sku = '{key}' and source_instance = "
    assert (None,) in mended.query(asked + "'uk'")
    mended.execute(f"update {SEED} set source_instance = 'uk', sku_id = '{sku}'")
    mended.dbt(*RERUN[:3], "--exclude", "int_demand_features+", "int_demand_observed+")
    assert (None,) not in mended.query(asked + "'uk'")
    assert ("unmapped SKU",) in mended.query(asked + "'uk'")
    assert mended.value(f"select sum(source_units) from {sales}") == before
    mended.execute(f"delete from {SEED}")


# -- the rules of keys, as dbt compiles them, on any key

RULES = """
with
barcodes as (select key, {{ barcode_of('key') }} as barcode from keys)
select
    {{ clean_key('key') }} as cleaned,
    {{ normalise_sku('key') }} as normalised,
    {{ normalise_sku('key', keep_separators=false) }} as squeezed,
    barcode,
    {{ is_gtin('barcode') }} as is_gtin,
    {{ csv_line(['key', "'x'"]) }} as csv_line,
    key
from barcodes
"""


class Rules:
    """The compiled rules, to ask about some keys at a time."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.connection = duckdb.connect()
        self.connection.execute("create table keys (key varchar)")

    def __call__(self, *keys: str) -> dict[str, dict[str, object]]:
        """Return what the rules make of each key."""
        self.connection.execute("delete from keys")
        self.connection.executemany("insert into keys values (?)", [[key] for key in set(keys)])
        cursor = self.connection.execute(self.sql)
        names = [column[0] for column in cursor.description]
        return {str(row[-1]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    house = House(tmp_path_factory.mktemp("rules"), Path("nowhere"))
    printed = house.dbt("--quiet", "compile", "--no-introspect", "--no-populate-cache", "--inline", RULES)
    return Rules(printed[printed.index("with") :])


def check_digit(digits: str) -> str:
    """Return the check digit of GS1 for the digits before it."""
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighed % 10)


@given(digits=st.text("0123456789", min_size=7, max_size=13).filter(lambda text: text.strip("0")))
@settings(max_examples=100, deadline=None)
def test_the_check_digit_of_gs1_and_no_other_makes_a_barcode(rules: Rules, digits: str) -> None:
    right = digits + check_digit(digits)
    asked = rules(*(digits + last for last in "0123456789"))
    assert {key for key, found in asked.items() if found["is_gtin"]} == {right}
    assert all(found["barcode"] == key.zfill(14) for key, found in asked.items())


@given(
    digits=st.text("0123456789", min_size=11, max_size=12).filter(lambda text: text.strip("0")),
    place=st.integers(0, 10),
)
@settings(max_examples=100, deadline=None)
def test_one_wrong_digit_never_passes(rules: Rules, digits: str, place: int) -> None:
    whole = digits + check_digit(digits)
    wrong = [whole[:place] + digit + whole[place + 1 :] for digit in "0123456789" if digit != whole[place]]
    assert not any(found["is_gtin"] for found in rules(*wrong).values())


SEPARATORS = ["-", "_", " ", ".", "/", "\u00a0", "\u2013", "--"]
LETTERS = st.from_regex(r"[A-DF-Z]{1,4}", fullmatch=True).filter(
    lambda text: text not in ("FBA", "MFN", "UK")
)
SEGMENTS = st.lists(st.one_of(LETTERS, st.integers(1, 99999).map(str)), min_size=2, max_size=4)
NUMBERS = st.lists(st.integers(1, 999), min_size=2, max_size=3)


@given(segments=SEGMENTS, separator=st.sampled_from(SEPARATORS), zeros=st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_writings_of_one_code_are_one(rules: Rules, segments: list[str], separator: str, zeros: int) -> None:
    padded = [("0" * zeros + part) if part.isdigit() else part.lower() for part in segments]
    writings = [
        "-".join(segments),
        separator.join(padded),
        f"'{'-'.join(segments)} ",
        "-".join(padded) + "-FBA",
    ]
    assert len({found["normalised"] for found in rules(*writings).values()}) == 1


@given(first=NUMBERS, second=NUMBERS)
@settings(max_examples=100, deadline=None)
def test_codes_that_differ_in_their_numbers_stay_apart(
    rules: Rules, first: list[int], second: list[int]
) -> None:
    codes = {"AB-" + "-".join(map(str, numbers)) for numbers in (first, second)}
    assert len({found["normalised"] for found in rules(*codes).values()}) == len(codes)


@given(key=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30))
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing_more(rules: Rules, key: str) -> None:
    cleaned = str(rules(key)[key]["cleaned"])
    assert rules(cleaned)[cleaned]["cleaned"] == cleaned


@given(key=st.text("abc ,\"'", max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_line_to_paste_reads_back_as_the_key(rules: Rules, key: str) -> None:
    ((read, mark),) = csv.reader([str(rules(key)[key]["csv_line"])])
    assert (read, mark) == (key, "x")
