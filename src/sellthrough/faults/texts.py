"""Values as people and spreadsheets type them, in files whose columns are all text."""

from __future__ import annotations

__all__ = ["FAULTS"]

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sellthrough.faults.fault import Fault
from sellthrough.faults.planting import ROW_FILES as FILES
from sellthrough.faults.planting import Row, in_rows
from sellthrough.faults.values import PRICE, QUANTITY, held, one_sale, put

SHOP, TILL, MARKETPLACE, RECEIPT = FILES["shop"], FILES["till"], FILES["marketplace"], FILES["receipt"]
UNREADABLE = "unreadable value"
SALES = [SHOP, TILL, MARKETPLACE]


def _units_of(row: Row) -> int:
    return int(row[held(row, QUANTITY)])


def _costs(price: float) -> Callable[[Row], tuple[float | None, float | None]]:
    def expects(row: Row) -> tuple[float | None, float | None]:
        # the marketplace gives the money of the line, the others that of one unit
        return None, price if "item_price_amount" in row else price * _units_of(row)

    return expects


def _comma(value: Any) -> str:
    return f"{value:.2f}".replace(".", ",")


def _day_first(value: datetime) -> str:
    return value.strftime("%d/%m/%Y %H:%M")


def _millis(value: datetime) -> str:
    return str(int((value - datetime(1970, 1, 1)).total_seconds() * 1000))


def _with_offset(value: datetime) -> str:
    return (value + timedelta(hours=5)).isoformat() + "+05:00"


def _swap(first: str, second: str) -> Callable[[Row], None]:
    def change(row: Row) -> None:
        row[first], row[second] = row[second], row[first]

    return change


def _unlike(row: Row) -> bool:
    return one_sale(row) and row["price"] % 1 != 0 and row["price"] != row["quantity"]


def _fault(
    name: str,
    family: str,
    outcome: str,
    where: list[str],
    change: Callable[[Row], None],
    count: int,
    meaning: str,
    *,
    reason: str = UNREADABLE,
    fits: Callable[[Row], bool] = lambda _: True,
    expects: Callable[[Row], tuple[float | None, float | None]] | None = None,
) -> Fault:
    def as_csv(world: Any, number: int) -> Any:
        for path in where:
            world.table(path).form = "csv"
        return in_rows(name, where, change, fits=fits, expects=expects)(world, number)

    return Fault(
        name, family, "texts", outcome, (reason,) if outcome == "quarantined" else (), as_csv, count, meaning
    )


def _till(name: str, value: Callable[[Any], Any]) -> Callable[[Row], None]:
    def change(row: Row) -> None:
        row[name] = value(row[name])

    return change


FAULTS = [
    _fault(
        "thousands_comma",
        "numbers",
        "repaired",
        SALES,
        put(PRICE, "1,012.50"),
        9,
        "A price has a comma for the thousands and a point for the pence.",
        fits=one_sale,
        expects=_costs(1012.5),
    ),
    _fault(
        "thousands_point",
        "numbers",
        "repaired",
        SALES,
        put(PRICE, "1.012,50"),
        6,
        "A price has a point for the thousands and a comma for the cents.",
        fits=one_sale,
        expects=_costs(1012.5),
    ),
    _fault(
        "decimal_comma",
        "numbers",
        "repaired",
        SALES,
        put(PRICE, _comma),
        9,
        "A price has a decimal comma.",
        fits=one_sale,
    ),
    _fault(
        "ambiguous_comma",
        "numbers",
        "quarantined",
        SALES,
        put(PRICE, "1,234"),
        6,
        "A price may be a thousand or a little more than one.",
        fits=one_sale,
    ),
    _fault(
        "ambiguous_point",
        "numbers",
        "quarantined",
        SALES,
        put(PRICE, "1.234"),
        6,
        "A price may be a thousand, as the column elsewhere has decimal commas.",
        fits=one_sale,
    ),
    _fault(
        "currency_sign",
        "numbers",
        "quarantined",
        SALES,
        put(PRICE, lambda v: f"£{v:.2f}"),
        6,
        "A price has a currency sign, and nobody checks that it is the right one.",
        fits=one_sale,
    ),
    _fault(
        "number_in_words",
        "numbers",
        "quarantined",
        [*SALES, RECEIPT],
        put(QUANTITY, "two"),
        8,
        "A quantity is written in words.",
    ),
    _fault(
        "infinity_in_text",
        "numbers",
        "quarantined",
        SALES,
        put(PRICE, "Infinity"),
        6,
        "A price says Infinity.",
        fits=one_sale,
    ),
    _fault(
        "half_a_unit",
        "numbers",
        "quarantined",
        SALES,
        put(QUANTITY, "1.5"),
        6,
        "One and a half of an article that is sold by the piece.",
        reason="quantity is not whole",
        fits=one_sale,
    ),
    _fault(
        "line_number_with_decimals",
        "numbers",
        "quarantined",
        [TILL],
        _till("line_no", lambda v: f"{v}.25"),
        4,
        "A line number has decimals: rounding it would make two lines one.",
    ),
    _fault(
        "swapped_quantity_and_price",
        "columns",
        "quarantined",
        [SHOP],
        _swap("quantity", "price"),
        6,
        "Quantity and price changed places.",
        reason="quantity is not whole",
        fits=_unlike,
    ),
    _fault(
        "swapped_sku_and_title",
        "columns",
        "quarantined",
        [SHOP],
        _swap("sku", "title"),
        6,
        "SKU and title changed places.",
        reason="unmapped SKU",
    ),
    _fault(
        "no_break_space_in_key",
        "keys",
        "repaired",
        [SHOP],
        _till("order_id", lambda v: f"\u00a0{v}\u00a0"),
        5,
        "Invisible blanks stand around an id.",
    ),
    _fault(
        "zero_width_in_key",
        "keys",
        "repaired",
        [SHOP],
        _till("order_id", lambda v: f"{str(v)[:4]}\u200b{str(v)[4:]}"),
        5,
        "An invisible character stands in an id.",
    ),
    _fault(
        "byte_order_mark_in_value",
        "keys",
        "repaired",
        [SHOP, MARKETPLACE],
        put(("sku", "seller_sku"), lambda v: f"\ufeff{v}"),
        6,
        "A byte order mark stands in a SKU.",
    ),
    _fault(
        "lower_case_sku",
        "keys",
        "repaired",
        [SHOP, MARKETPLACE],
        put(("sku", "seller_sku"), lambda v: f"  {v.lower()} "),
        4,
        "A SKU is in lower case, with blanks around it.",
    ),
    _fault(
        "id_with_decimal_point",
        "keys",
        "repaired",
        [SHOP],
        _till("order_id", lambda v: f"{v}.0"),
        6,
        "A data frame made a decimal number of an id.",
    ),
    _fault(
        "barcode_in_scientific_notation",
        "keys",
        "quarantined",
        [TILL],
        _till("barcode", lambda v: f"{float(v):.4E}"),
        6,
        "A spreadsheet rounded a barcode, so nobody knows which it was.",
        reason="unmapped SKU",
        fits=lambda r: bool(r["barcode"] and r["barcode"].isdigit()),
    ),
    _fault(
        "flag_in_words",
        "values",
        "repaired",
        [TILL],
        _till("is_return", lambda v: "yes" if v else "no"),
        6,
        "A flag says yes or no.",
    ),
    _fault(
        "flag_as_digit",
        "values",
        "repaired",
        [TILL],
        _till("is_return", lambda v: "1" if v else "0"),
        5,
        "A flag says 1 or 0.",
    ),
    _fault(
        "flag_unreadable",
        "values",
        "quarantined",
        [TILL],
        _till("is_return", lambda _: "perhaps"),
        5,
        "A flag says neither yes nor no.",
    ),
    _fault(
        "day_first_date",
        "dates",
        "quarantined",
        [TILL],
        _till("sold_at", _day_first),
        6,
        "A date has the day first, or the month: nobody knows.",
    ),
    _fault(
        "epoch_milliseconds",
        "dates",
        "quarantined",
        [TILL],
        _till("sold_at", _millis),
        6,
        "A time is a count of milliseconds.",
    ),
    _fault(
        "time_with_offset",
        "dates",
        "repaired",
        [TILL],
        _till("sold_at", _with_offset),
        6,
        "A time comes with its distance from UTC.",
    ),
    _fault(
        "impossible_date",
        "dates",
        "quarantined",
        [TILL],
        _till("sold_at", lambda _: "2026-02-30 10:00:00"),
        4,
        "The thirtieth of February.",
    ),
    _fault(
        "mojibake",
        "texts",
        "repaired",
        [SHOP],
        _till("title", lambda v: f"{v} CafÃ© â€“"),
        4,
        "A title was decoded wrongly.",
    ),
]
