"""Personal data where none belongs, in free text, own columns or codes, stays in the raw files."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from sellthrough.trust.contracts import project_vars
from sellthrough.trust.validate import validate_raw

from .house import PROJECT, House, copied_raw

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
    columns = chatty.columns()
    for table in sorted(tables):
        texts = [f'"{column}"::varchar' for column in columns[table.split(".")[1]]]
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
