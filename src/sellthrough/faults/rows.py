"""Rows that come twice, in parts, under another id, or without what they belong to."""

from __future__ import annotations

__all__ = ["FAULTS"]

from collections.abc import Callable
from datetime import timedelta

from sellthrough.faults.fault import Fault, Planted
from sellthrough.faults.planting import ORDER, ORDER_LINE, Row, in_orders, in_rows
from sellthrough.faults.planting import ROW_FILES as FILES
from sellthrough.faults.world import ROW, World

TILL, MARKETPLACE, SNAPSHOT = FILES["till"], FILES["marketplace"], FILES["snapshot"]
RECEIPT, REFUND, ERP = FILES["receipt"], FILES["refund"], FILES["erp"]
NEW_ID = 9_000_000_000_000


def _again(
    name: str, where: list[str], change: Callable[[Row], None]
) -> Callable[[World, int], list[Planted]]:
    """Deliver rows a second time."""

    def plant(world: World, count: int) -> list[Planted]:
        planted = in_rows(name, where, lambda _: None)(world, count)
        names = {item.row for item in planted}
        for path in where:
            table = world.table(path)
            copies = [dict(row) for row in table.rows if row[ROW] in names]
            for copy in copies:
                change(copy)
            table.rows.extend(copies)
        return planted

    return plant


def _next_day(row: Row) -> None:
    row["_fivetran_synced"] += timedelta(days=1)


def _with_order(
    name: str, change: Callable[[Row, Row, int], list[tuple[Row, Row]]]
) -> Callable[[World, int], list[Planted]]:
    """Deliver orders with their line again; `change` makes what is added of order, line and number."""

    def plant(world: World, count: int) -> list[Planted]:
        planted = in_orders(name, lambda _: None)(world, count)
        orders = {row["id"]: row for row in world.table(ORDER).rows}
        names = {item.row for item in planted}
        lines = [row for row in world.table(ORDER_LINE).rows if row[ROW] in names]
        for number, line in enumerate(lines):
            for order_copy, line_copy in change(orders[line["order_id"]], line, number):
                if order_copy:
                    world.table(ORDER).rows.append(order_copy)
                if line_copy:
                    world.table(ORDER_LINE).rows.append(line_copy)
        return planted

    return plant


def _stale(order: Row, line: Row, number: int) -> list[tuple[Row, Row]]:
    return [
        (
            {
                **order,
                "currency": "XQX",
                "updated_at": order["updated_at"] - timedelta(days=1),
                "_fivetran_synced": order["_fivetran_synced"] + timedelta(days=2),
            },
            {},
        )
    ]


def _other_ids(order: Row, line: Row, number: int) -> list[tuple[Row, Row]]:
    later = order["_fivetran_synced"] + timedelta(days=30)
    return [
        (
            {**order, "id": order["id"] + NEW_ID, "_fivetran_synced": later},
            {**line, "id": line["id"] + NEW_ID, "order_id": order["id"] + NEW_ID, "_fivetran_synced": later},
        )
    ]


def _split(world: World, count: int) -> list[Planted]:
    planted = in_rows("split_line", [ORDER_LINE], lambda _: None, fits=lambda r: (r["quantity"] or 0) >= 2)(
        world, count
    )
    names = {item.row for item in planted}
    table = world.table(ORDER_LINE)
    for row in [row for row in table.rows if row[ROW] in names]:
        table.rows.append(
            {**row, "id": row["id"] + 2 * NEW_ID, "quantity": row["quantity"] - 1, "total_discount": 0.0}
        )
        row["quantity"] = 1
    return planted


def _without_lines(world: World, count: int) -> list[Planted]:
    table = world.table(ORDER)
    stream = world.random("order_without_lines")
    for number, row in enumerate(stream.sample(table.rows, count)):
        table.rows.append({**row, "id": 3 * NEW_ID + number, "name": f"#NONE{number}", ROW: None})
    return [Planted("order_without_lines", ORDER) for _ in range(count)]


def _shop_twins(world: World, count: int) -> list[Planted]:
    name = "same_ids_in_two_shops"
    planted = in_orders(name, lambda _: None)(world, count)
    names = {item.row for item in planted}
    orders = {row["id"]: row for row in world.table(ORDER).rows}
    others = world.choose("shopify/eu/order_line", name, count)
    for line, other in zip([r for r in world.table(ORDER_LINE).rows if r[ROW] in names], others, strict=True):
        orders[line["order_id"]]["id"] = int(other["order_id"])
        line["order_id"], line["id"] = int(other["order_id"]), int(other["id"])
        world.taken["shopify/eu/order_line"].discard(other[ROW])
    return planted


def _in_cases(row: Row) -> None:
    row["units"] = 2
    for name in (
        "quantity",
        "quantityshiprecv",
        "quantitybilled",
        "quantitycommitted",
        "quantitybackordered",
    ):
        if row[name] is not None:
            row[name] /= 2
    if row["rate"] is not None:
        row["rate"] *= 2


def _fault(
    name: str,
    outcome: str,
    reason: str,
    plant: Callable[[World, int], list[Planted]],
    count: int,
    meaning: str,
) -> Fault:
    return Fault(name, "rows", "rows", outcome, (reason,) if reason else (), plant, count, meaning)


FAULTS = [
    _fault(
        "identical_row",
        "repaired",
        "",
        _again("identical_row", [ORDER_LINE, TILL, MARKETPLACE, RECEIPT], lambda _: None),
        12,
        "A row comes twice.",
    ),
    _fault(
        "later_sync",
        "repaired",
        "",
        _again("later_sync", [ORDER_LINE, MARKETPLACE], _next_day),
        8,
        "A row comes again a day later.",
    ),
    _fault(
        "snapshot_twice",
        "repaired",
        "",
        _again("snapshot_twice", [SNAPSHOT], lambda _: None),
        5,
        "A stock snapshot comes twice.",
    ),
    _fault(
        "older_version_later",
        "repaired",
        "",
        _with_order("older_version_later", _stale),
        5,
        "An older version of an order is synced after the newer one.",
    ),
    _fault(
        "new_ids_after_resync",
        "repaired",
        "",
        _with_order("new_ids_after_resync", _other_ids),
        6,
        "A full sync gave orders and lines other ids.",
    ),
    _fault("split_line", "repaired", "", _split, 5, "A line of an order was cut in two."),
    _fault(
        "same_ids_in_two_shops",
        "repaired",
        "",
        _shop_twins,
        5,
        "Two shops gave the same ids to different orders.",
    ),
    _fault(
        "orphan_line",
        "quarantined",
        "line without its order",
        in_rows("orphan_line", [ORDER_LINE], lambda r: r.update(order_id=77)),
        6,
        "The order of a line isn't there.",
    ),
    _fault(
        "orphan_item",
        "quarantined",
        "line without its order",
        in_rows("orphan_item", [MARKETPLACE], lambda r: r.update(amazon_order_id="000-0")),
        5,
        "The order of a marketplace line isn't there.",
    ),
    _fault(
        "orphan_erp_line",
        "quarantined",
        "line without its transaction",
        in_rows("orphan_erp_line", [ERP], lambda r: r.update(transaction=77)),
        5,
        "The transaction of an ERP line isn't there.",
    ),
    _fault("order_without_lines", "ignored", "", _without_lines, 5, "An order has no lines."),
    _fault(
        "refund_of_too_much",
        "quarantined",
        "refund of more than was sold",
        in_rows("refund_of_too_much", [REFUND], lambda r: r.update(quantity=r["quantity"] + 500)),
        6,
        "More is refunded than was sold.",
    ),
    _fault(
        "refund_without_line",
        "quarantined",
        "refund without its order line",
        in_rows("refund_without_line", [REFUND], lambda r: r.update(order_line_id=77)),
        6,
        "The refunded line isn't there.",
    ),
    _fault(
        "soft_deleted_line",
        "quarantined",
        "deleted at the source",
        in_rows("soft_deleted_line", [ERP], lambda r: r.update(_fivetran_deleted=True)),
        6,
        "The source deleted the line.",
    ),
    _fault(
        "test_order",
        "quarantined",
        "test order",
        in_orders("test_order", lambda o: o.update(test=True)),
        5,
        "The order was a test.",
    ),
    _fault(
        "cancelled_order",
        "quarantined",
        "cancelled order",
        in_orders(
            "cancelled_order",
            lambda o: o.update(cancelled_at=o["created_at"], fulfillment_status=None),
            lambda r: r.update(fulfillment_status=None),
        ),
        5,
        "The order was cancelled before it was sent.",
    ),
    _fault(
        "each_as_case",
        "repaired",
        "",
        in_rows(
            "each_as_case",
            [ERP],
            _in_cases,
            fits=lambda r: (
                r["units"] == 1
                and (r["quantity"] or 0) < 0
                and r["quantity"] % 2 == 0
                and (r["quantityshiprecv"] or 0) % 2 == 0
            ),
        ),
        4,
        "A line is written in cases, not eaches.",
    ),
    _fault(
        "over_delivery",
        "counted",
        "",
        in_rows("over_delivery", [RECEIPT], lambda r: r.update(qty_each=r["qty_each"] * 3)),
        5,
        "Three times what was ordered came in.",
    ),
    _fault(
        "negative_stock",
        "counted",
        "",
        in_rows(
            "negative_stock",
            [SNAPSHOT],
            lambda r: r.update(qty_each=-5),
            fits=lambda r: r["bin_status"] == "AVAILABLE",
        ),
        5,
        "A stock record is below zero.",
    ),
]
