"""Missing, absurd and impossible values, in tables that keep their types."""

from __future__ import annotations

__all__ = ["FAULTS"]

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sellthrough.faults.fault import Fault
from sellthrough.faults.planting import ROW_FILES as FILES
from sellthrough.faults.planting import Row, in_orders, in_rows

SHOP, TILL, MARKETPLACE = FILES["shop"], FILES["till"], FILES["marketplace"]
RECEIPT, MOVEMENT, SNAPSHOT = FILES["receipt"], FILES["movement"], FILES["snapshot"]
ERP = FILES["erp"]

QUANTITY = ("quantity", "qty", "quantity_ordered", "qty_each")
PRICE = ("price", "unit_price", "item_price_amount")
KEY = {"quantity": "id", "qty": "receipt_id", "quantity_ordered": "order_item_id"}
NOT_POSITIVE = "quantity is not positive"


def held(row: Row, names: tuple[str, ...]) -> str:
    """Return which of these columns the row has."""
    return next(name for name in names if name in row)


def put(names: tuple[str, ...], value: Any) -> Callable[[Row], None]:
    """Write a value into whichever of these columns a row has."""

    def change(row: Row) -> None:
        row[held(row, names)] = value(row[held(row, names)]) if callable(value) else value

    return change


def nothing_in_key(row: Row) -> None:
    """Take a row's key away."""
    row[KEY[held(row, QUANTITY)]] = None


def nothing_in_sku(row: Row) -> None:
    """Take away all that names the SKU."""
    for name in ("sku", "variant_id", "barcode"):
        if name in row:
            row[name] = None


def sku(value: str) -> Callable[[Row], None]:
    """Write a SKU or barcode; nothing else on the row tells the article."""

    def change(row: Row) -> None:
        put(("sku", "seller_sku", "barcode", "item_code"), value)(row)
        for name in ("asin", "variant_id"):
            if name in row:
                row[name] = None

    return change


def dated(moment: datetime) -> Callable[[Row], None]:
    """Write a time or day."""

    def change(row: Row) -> None:
        for name in ("sold_at", "received_at", "moved_at", "created_at", "processed_at"):
            if name in row:
                row[name] = moment
        for name in ("snapshot_date", "date"):
            if name in row:
                row[name] = moment.date()

    return change


def one_sale(row: Row) -> bool:
    """Tell whether the row sells something."""
    return (row[held(row, QUANTITY)] or 0) > 0 and not row.get("is_return") and not row.get("gift_card")


def free(row: Row) -> tuple[float | None, float | None]:
    """Return what a line without a price must count with."""
    return None, 0.0


def _slip(row: Row) -> None:
    for name in ("created_at", "processed_at", "sold_at"):
        if row.get(name) is not None:
            row[name] = row[name] + timedelta(hours=1)


def _lines(
    name: str,
    where: list[str],
    change: Callable[[Row], None],
    reason: str,
    count: int,
    meaning: str,
    fits: Callable[[Row], bool] = lambda _: True,
) -> Fault:
    return Fault(
        name,
        "values",
        "values",
        "quarantined",
        (reason,),
        in_rows(name, where, change, fits=fits),
        count,
        meaning,
    )


def _orders(name: str, change: Callable[[Row], None], reason: str, count: int, meaning: str) -> Fault:
    return Fault(name, "values", "values", "quarantined", (reason,), in_orders(name, change), count, meaning)


SALES = [SHOP, TILL, MARKETPLACE]
LATE, EARLY = datetime(2029, 5, 5, 12, 0), datetime(1970, 1, 1, 0, 0)

FAULTS = [
    _lines("null_key", SALES, nothing_in_key, "missing key", 9, "The key of a line is missing."),
    _lines("null_quantity", SALES, put(QUANTITY, None), NOT_POSITIVE, 9, "A line says no quantity."),
    _lines(
        "null_receipt_quantity",
        [RECEIPT],
        put(QUANTITY, None),
        NOT_POSITIVE,
        4,
        "A receipt says no quantity.",
    ),
    _lines(
        "null_stock_quantity",
        [MOVEMENT, SNAPSHOT],
        put(QUANTITY, None),
        "no quantity",
        6,
        "Stock says no quantity.",
    ),
    _lines("null_price", SALES, put(PRICE, None), "no price", 9, "A line says no price."),
    _lines("null_sku", [SHOP, TILL], nothing_in_sku, "no SKU", 6, "Nothing on the line names an article."),
    _orders(
        "null_order_date",
        lambda o: o.update(created_at=None, processed_at=None),
        "no date",
        5,
        "An order says no day.",
    ),
    _lines(
        "null_row_date",
        [TILL, RECEIPT, MOVEMENT],
        lambda r: r.update({k: None for k in ("sold_at", "received_at", "moved_at") if k in r}),
        "no date",
        6,
        "A row says no day.",
    ),
    _lines(
        "negative_quantity",
        [SHOP, MARKETPLACE],
        put(QUANTITY, lambda v: -v),
        NOT_POSITIVE,
        8,
        "A sale has a minus and is no return.",
        one_sale,
    ),
    _lines(
        "negative_till_quantity",
        [TILL],
        put(QUANTITY, lambda v: -v),
        NOT_POSITIVE,
        4,
        "A till line has a minus but says that it is no return.",
        one_sale,
    ),
    _lines(
        "absurd_quantity",
        [*SALES, RECEIPT, MOVEMENT, SNAPSHOT],
        put(QUANTITY, 1_234_567),
        "absurd quantity",
        12,
        "A barcode was scanned into the quantity.",
        lambda r: "is_return" not in r or not r["is_return"],
    ),
    _lines(
        "negative_price",
        SALES,
        put(PRICE, lambda v: -v),
        "negative price",
        9,
        "A price has a minus.",
        lambda r: one_sale(r) and r[held(r, PRICE)] > 0,
    ),
    _lines(
        "absurd_price",
        SALES,
        put(PRICE, 8_765_432.1),
        "absurd price",
        9,
        "A barcode was scanned into the price.",
        one_sale,
    ),
    Fault(
        "zero_price",
        "values",
        "values",
        "repaired",
        (),
        in_rows(
            "zero_price",
            [SHOP],
            put(PRICE, 0.0),
            fits=lambda r: one_sale(r) and not r["total_discount"],
            expects=free,
        ),
        5,
        "A gift costs nothing: its units count, its money is none.",
    ),
    _orders("future_order_date", dated(LATE), "dated after the cut-off", 5, "An order is dated years ahead."),
    _lines(
        "future_date",
        [TILL, RECEIPT, MOVEMENT, SNAPSHOT],
        dated(LATE),
        "dated after the cut-off",
        8,
        "A row is dated years ahead.",
    ),
    _orders(
        "order_date_of_1970",
        dated(EARLY),
        "dated before the business",
        5,
        "An order is dated 1970: a zero was read as a time.",
    ),
    _lines(
        "date_of_1970",
        [TILL, RECEIPT, MOVEMENT, SNAPSHOT, FILES["google"], FILES["meta"]],
        dated(EARLY),
        "dated before the business",
        10,
        "A row is dated 1970: a zero was read as a time.",
    ),
    Fault(
        "time_zone_slip",
        "values",
        "values",
        "counted",
        (),
        in_orders("time_zone_slip", _slip),
        6,
        "Local time was written as UTC: the hour is wrong, the sale isn't.",
    ),
    _lines(
        "unknown_sku",
        [*SALES, RECEIPT, MOVEMENT],
        sku("ZZ-99999-QQX"),
        "unmapped SKU",
        10,
        "No list knows the article.",
    ),
    _lines(
        "unknown_erp_unit",
        [ERP],
        lambda r: r.update(units=77),
        "unknown unit",
        5,
        "No list knows the unit of measure, so nobody knows how many eaches.",
        lambda r: r["units"] == 1,
    ),
    _orders(
        "unknown_channel",
        lambda o: o.update(source_name="fridge"),
        "unknown channel",
        5,
        "The order came from a channel that isn't mapped.",
    ),
    _orders(
        "unknown_currency",
        lambda o: o.update(currency="XQX"),
        "no exchange rate",
        5,
        "The order is in a currency that has no rate.",
    ),
    _orders(
        "null_currency",
        lambda o: o.update(currency=None),
        "no exchange rate",
        5,
        "The order says no currency.",
    ),
    _lines(
        "unknown_location",
        [TILL, RECEIPT, MOVEMENT, SNAPSHOT],
        put(("store_code", "site_code"), "QQ99"),
        "unknown location",
        8,
        "No list knows the store or warehouse.",
    ),
    _lines(
        "unknown_stock_state",
        [SNAPSHOT],
        lambda r: r.update(bin_status="LIMBO"),
        "unknown stock state",
        4,
        "The warehouse invented a stock state.",
    ),
    _lines(
        "not_a_number",
        [SHOP, MARKETPLACE],
        put(PRICE, float("nan")),
        "no price",
        6,
        "The price is not a number.",
    ),
    _lines(
        "infinite_number",
        [SHOP, TILL],
        put(PRICE, float("inf")),
        "unreadable value",
        6,
        "The price is infinite: something was divided by zero.",
    ),
    _lines(
        "overflowing_number",
        [SHOP, MARKETPLACE],
        put(PRICE, 1e300),
        "unreadable value",
        6,
        "The price has 300 digits.",
    ),
    _lines(
        "sql_in_sku",
        SALES,
        sku("'; drop table fct_sales; --"),
        "unmapped SKU",
        6,
        "Somebody tried an SQL injection.",
    ),
    _lines(
        "formula_in_sku",
        SALES,
        sku("=cmd|' /C calc'!A0"),
        "unmapped SKU",
        6,
        "Somebody tried a spreadsheet injection.",
    ),
    Fault(
        "formula_in_title",
        "values",
        "values",
        "repaired",
        (),
        in_rows(
            "formula_in_title",
            [SHOP],
            lambda r: r.update(title='=HYPERLINK("http://x";"\'; drop schema main;")'),
        ),
        4,
        "A title holds a formula and SQL.",
    ),
    Fault(
        "huge_text",
        "values",
        "values",
        "repaired",
        (),
        in_rows("huge_text", [SHOP], lambda r: r.update(title="long " * 40_000)),
        3,
        "A title has 200,000 letters.",
    ),
    _lines(
        "negative_spend",
        [FILES["google"], FILES["meta"]],
        put(("cost_micros", "spend"), lambda v: -abs(v) - 1),
        "negative spend",
        6,
        "An ad earned money by being shown.",
    ),
    _lines(
        "unknown_ad",
        [FILES["meta"]],
        lambda r: r.update(ad_id=999_999_999),
        "ad without its campaign",
        4,
        "No list knows the ad.",
    ),
    _lines(
        "unknown_campaign",
        [FILES["google"]],
        lambda r: r.update(id=999_999_999),
        "unknown campaign",
        4,
        "No list knows the campaign.",
    ),
]
