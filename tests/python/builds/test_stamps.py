"""Stamps that a clock got wrong, rows without one, rows that the source deleted: all are read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from .house import House

TABLES = ("stg_pos__sales_line", "int_pos_sales_standardised", "stg_netsuite__transaction")
NOW = dt.datetime.now(dt.UTC).replace(tzinfo=None)
LAST_WEEK = NOW - dt.timedelta(days=7)
Row = tuple[str, int, dt.datetime | None]


def tills(raw: Path, rows: list[Row]) -> None:
    """Write receipt lines: receipt, quantity, stamp."""
    file = raw / "pos" / "sales_line.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("create table receipts (receipt_id varchar, qty integer, loaded_at timestamp)")
        connection.executemany("insert into receipts values (?, ?, ?)", rows)
        connection.execute(
            f"""copy (
                select 'S1' as store_code, 'T1' as till_id, receipt_id, 1 as line_no,
                    timestamp '2026-03-02 10:00' as sold_at, '5012345678900' as barcode, qty,
                    2.5 as unit_price, 0.0 as discount_amount, false as is_return, loaded_at
                from receipts
            ) to '{file}' (format parquet)"""
        )


def orders(raw: Path, *, is_deleted: bool) -> None:
    """Write two orders of the ERP, one of which the source deletes in place, as its connector does."""
    file = raw / "netsuite" / "transaction.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    stamp = NOW if is_deleted else LAST_WEEK
    duckdb.sql(
        f"""copy (
            select id, 'SalesOrd' as type, date '2026-03-02' as trandate, 'EUR' as currency,
                {is_deleted} and id = 'gone' as _fivetran_deleted, timestamp '{stamp}' as _fivetran_synced
            from (values ('stays'), ('gone')) as transactions (id)
        ) to '{file}' (format parquet)"""
    )


def test_what_lands_after_a_stamp_of_the_future_or_without_one_is_read(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    first: list[Row] = [
        ("of the future", 1, dt.datetime(2099, 1, 1)),
        ("edited", 2, LAST_WEEK),
        ("as it was", 3, LAST_WEEK),
    ]
    tills(raw, first)
    orders(raw, is_deleted=False)
    by_day = House(tmp_path / "by_day", raw)
    by_day.dbt("run", "--select", *TABLES)
    tills(raw, [*first, ("new", 4, NOW), ("edited", 5, None)])
    orders(raw, is_deleted=True)
    by_day.dbt("run", "--select", *TABLES)
    sales = "from main_intermediate.int_pos_sales_standardised"
    accepted = by_day.query(f"select order_id, gross_units {sales} where rejection_reason is null")
    told = {order.split("|")[-1]: units for order, units in accepted}
    assert told == {"of the future": 1, "edited": 2, "as it was": 3, "new": 4}
    repeated = by_day.query(f"select source_units {sales} where rejection_reason = 'repeated delivery'")
    assert repeated == [(5,)]
    # the order that the source has deleted counts no more
    ranks = by_day.query("select transaction_id, delivery_rank from main_staging.stg_netsuite__transaction")
    assert sorted(ranks) == [("gone", 0), ("stays", 1)]
    # the second run went on from the first
    compiled = by_day.target / "compiled/sellthrough/models/intermediate/sales/int_pos_sales_standardised.sql"
    assert "landed_at >=" in compiled.read_text("utf-8")
