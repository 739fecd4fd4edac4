"""A shop with nothing but one file of order lines, under its own column names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from .house import SYSTEMS, House

NAMES = {
    "order_id": "Invoice",
    "sku": "StockCode",
    "title": "Description",
    "quantity": "Quantity",
    "ordered_at": "InvoiceDate",
    "unit_price": "Price",
    "customer_id": "Customer ID",
    "country": "Country",
    "currency": "'GBP'",
}
FIRST_DAY = dt.date(2026, 1, 5)
DAYS = 120
Line = tuple[str, str, str, int, dt.datetime, float, str | None, str]


def line(
    invoice: str,
    sku: str,
    quantity: int,
    day: int,
    price: float = 4.0,
    *,
    customer: str | None = "17850",
    minute: int = 0,
) -> Line:
    """One line of the export."""
    at = dt.datetime.combine(FIRST_DAY, dt.time(10, minute)) + dt.timedelta(days=day)
    return (invoice, sku, f"Thing {sku}", quantity, at, price, customer, "United Kingdom")


def good_lines() -> list[Line]:
    """Five things that sell every day by a rule that a reader can follow."""
    return [
        line(f"{500_000 + day * 10 + n}", f"2{n}00{n}A", 1 + (day * (n + 1) + n) % 4, day, 2.5 + n)
        for day in range(DAYS)
        for n in range(5)
    ]


PLANTED: dict[str, list[Line]] = {
    "repeated delivery": [line("700001", "20000A", 2, 30)] * 2,
    "not a product: postage": [
        line("700002", "POST", 1, 31),
        line("700003", "DOT", 1, 32),
        line("700004", "post", 1, 33),
    ],
    "not a product: gift card": [line("700005", "gift_0001_20", 1, 34)],
    "no price": [line("700006", "21001A", 3, 35, 0.0), line("700007", "21001A", 3, 36, 0.0)],
    "stock correction, not a sale": [line("700008", "22002A", -7, 37), line("700009", "22002A", -1, 38)],
    "quantity is not positive": [line("700010", "22002A", 0, 39)],
    "absurd quantity": [line("700011", "23003A", 80_995, 40)],
}
KEPT: list[Line] = [
    line("C700012", "23003A", -2, 41, 5.5),
    line("C700013", "24004A", -1, 42, 6.5),
    line("700014", "24004A", 2, 43, 6.5, customer=None),
    line("700015", "24004A", 2, 44, 6.5, customer=None),
]
# Of identical lines the first counts.
QUARANTINED = {reason: len(lines) - (reason == "repeated delivery") for reason, lines in PLANTED.items()}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Build the shop from its one file, with every data test."""
    root = tmp_path_factory.mktemp("shop")
    lines = [*good_lines(), *(line for lines in PLANTED.values() for line in lines), *KEPT]
    export = root / "export.parquet"
    write(export, lines)
    knobs = {f"{system}_location": "" for system in SYSTEMS}
    house = House(
        root / "house",
        root,
        {**knobs, "orders_location": export.as_posix(), "column_names": {"orders.order_line": NAMES}},
    )
    house.dbt("build", "--exclude-resource-type", "unit_test")
    return house


def write(path: Path, lines: list[Line]) -> None:
    """Write lines as Parquet under the export's own names."""
    with duckdb.connect() as connection:
        connection.execute(
            'create table lines (Invoice varchar, StockCode varchar, "Description" varchar, '
            'Quantity integer, InvoiceDate timestamp, Price double, "Customer ID" varchar, Country varchar)'
        )
        connection.executemany("insert into lines values (?, ?, ?, ?, ?, ?, ?, ?)", lines)
        connection.execute(f"copy lines to '{path}' (format parquet)")


def test_quarantine_holds_what_was_planted_and_nothing_else(shop: House) -> None:
    rows = shop.query("select rejection_reason, count(*) from main_marts.fct_quarantine group by 1")
    assert dict(rows) == QUARANTINED


def test_every_other_line_is_a_sale(shop: House) -> None:
    lines = [*good_lines(), *KEPT, PLANTED["repeated delivery"][0]]
    units = sum(line[3] for line in lines)
    money = sum(line[3] * line[5] for line in lines)
    (row,) = shop.query("select count(*), sum(net_units), sum(net_amount) from main_marts.fct_sales")
    assert (row[0], int(row[1])) == (len(lines), units)
    assert float(row[2]) == pytest.approx(money, abs=1e-6)


def test_a_cancellation_is_a_return(shop: House) -> None:
    rows = shop.query(
        "select sku_id, returned_units, gross_units from main_marts.fct_sales "
        "where returned_units > 0 order by 1"
    )
    assert [(row[0], int(row[1]), int(row[2])) for row in rows] == [("23003A", 2, 0), ("24004A", 1, 0)]


def test_a_sale_without_a_customer_is_a_sale(shop: House) -> None:
    assert shop.value("select count(*) from main_marts.fct_sales where customer_id is null") == 2
    assert shop.value("select count(*) from main_marts.dim_customer") == 1


def test_the_shops_own_codes_make_the_list_of_skus(shop: House) -> None:
    rows = shop.query("select sku_id, master_system from main_marts.dim_sku order by 1")
    assert rows == [(f"2{n}00{n}A", "orders") for n in range(5)]


def test_each_sku_is_forecast_over_the_horizon(shop: House) -> None:
    rows = shop.query(
        "select sku_id, count(*), sum(mean_units) from main_marts.fct_demand_forecast group by 1 order by 1"
    )
    assert [row[:2] for row in rows] == [(f"2{n}00{n}A", 126) for n in range(5)]
    for sku, days, units in rows:
        sold = sum(line[3] for line in good_lines() if line[1] == sku)
        assert float(units) == pytest.approx(sold / DAYS * days, rel=0.05), sku


@pytest.mark.parametrize(
    "mart",
    [
        "fct_stock_daily",
        "fct_stock_movements",
        "fct_purchase_orders",
        "fct_receipts",
        "fct_reorder_policy",
        "fct_surplus_flags",
    ],
)
def test_marts_of_stock_are_empty_not_broken(shop: House, mart: str) -> None:
    assert shop.content(mart)[0] == 0


def test_the_books_tie(shop: House) -> None:
    rows = shop.query(
        "select sum(source_row_count)::bigint, sum(fact_row_count)::bigint, "
        "sum(quarantine_row_count)::bigint, bool_and(is_tied) "
        "from main_marts.rpt_reconciliation where source_system = 'orders'"
    )
    planted = sum(map(len, PLANTED.values()))
    total = DAYS * 5 + planted + len(KEPT)
    assert rows == [(total, total - sum(QUARANTINED.values()), sum(QUARANTINED.values()), True)]


def test_the_vars_of_order_lines_change_what_counts(shop: House, tmp_path: Path) -> None:
    other = shop.copied(tmp_path / "other")
    other.dbt(
        "run",
        "--select",
        "int_orders_sales_standardised",
        orders_identical_lines="keep",
        orders_cancellation_prefix="7",
    )
    reason = (
        "select rejection_reason, count(*) from main_intermediate.int_orders_sales_standardised group by 1"
    )
    before, after = dict(shop.query(reason)), dict(other.query(reason))
    assert (before["repeated delivery"], after.get("repeated delivery")) == (1, None)
    # the negative lines of invoices with a C are corrections now, those with a 7 returns
    assert before["stock correction, not a sale"] == 2
    assert after["stock correction, not a sale"] == 2
    kept = (
        "select sum(returned_units) from main_intermediate.int_orders_sales_standardised "
        "where rejection_reason is null"
    )
    assert (int(shop.value(kept)), int(other.value(kept))) == (3, 8)
