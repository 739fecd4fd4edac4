"""Ways of planting that the families share."""

from __future__ import annotations

__all__ = ["ORDER", "ORDER_LINE", "ROW_FILES", "in_orders", "in_rows", "whole_file"]

from collections.abc import Callable, Sequence
from typing import Any

from sellthrough.faults.fault import Planted
from sellthrough.faults.world import MARK, ROW, World

Row = dict[str, Any]

ORDER = "shopify/uk/order"
ORDER_LINE = "shopify/uk/order_line"
ROW_FILES = {
    "shop": ORDER_LINE,
    "till": "pos/sales_line/2026",
    "marketplace": "amazon/order_item",
    "receipt": "wms/receipt",
    "movement": "wms/movement",
    "snapshot": "wms/stock_snapshot",
    "erp": "netsuite/transactionline",
    "refund": "shopify/uk/order_line_refund",
    "google": "google_ads/campaign_stats",
    "meta": "meta_ads/basic_ad",
}


def in_rows(
    name: str,
    where: Sequence[str],
    change: Callable[[Row], None],
    *,
    fits: Callable[[Row], bool] = lambda _: True,
    expects: Callable[[Row], tuple[float | None, float | None]] | None = None,
    text: Sequence[str] = (),
) -> Callable[[World, int], list[Planted]]:
    """Plant by changing rows of one or several tables, in turn.

    Parameters
    ----------
    name
        Name of the fault.
    where
        Paths of the raw tables.
    change
        What happens to a row.
    fits
        Which rows can show the fault.
    expects
        After the change: units and money that the row must count with; None for those of the clean build.
    text
        Columns that become text by it.
    """

    def plant(world: World, count: int) -> list[Planted]:
        planted = []
        for position, path in enumerate(where):
            share = count // len(where) + (position < count % len(where))
            world.table(path).texts.update(column for column in text if column in world.table(path).columns)
            for row in world.choose(path, name, share, fits):
                change(row)
                world.mark(row, name)
                units, amount = expects(row) if expects else (None, None)
                planted.append(Planted(name, path, row[ROW], amount=amount, units=units))
        return planted

    return plant


def in_orders(
    name: str, change: Callable[[Row], None], line_change: Callable[[Row], None] = lambda _: None
) -> Callable[[World, int], list[Planted]]:
    """Plant by changing orders of one line of the shop; the fate of the line tells what became of it."""

    def plant(world: World, count: int) -> list[Planted]:
        orders, lines = world.table(ORDER), world.table(ORDER_LINE)
        lines_of: dict[Any, list[Row]] = {}
        for line in lines.rows:
            lines_of.setdefault(line["order_id"], []).append(line)
        copies: dict[Any, int] = {}
        for order in orders.rows:
            copies[order["id"]] = copies.get(order["id"], 0) + 1
        counted = None if world.counted is None else world.counted[ORDER_LINE]

        def is_free(line: Row) -> bool:
            return (
                line[MARK] is None
                and line[ROW] not in world.taken[ORDER_LINE]
                and (counted is None or line[ROW] in counted)
            )

        def fits(order: Row) -> bool:
            own = lines_of.get(order["id"], [])
            return copies[order["id"]] == 1 and len(own) == 1 and is_free(own[0])

        planted: list[Planted] = []
        # one order is one fault; each of its lines is judged
        for order in world.choose(ORDER, name, count, fits):
            own = lines_of[order["id"]]
            change(order)
            world.mark(order, name)
            for line in own:
                line_change(line)
                world.mark(line, name)
                world.taken[ORDER_LINE].add(line[ROW])
            planted.extend(Planted(name, ORDER_LINE, line[ROW]) for line in own)
        return planted

    return plant


def whole_file(
    name: str, path: str, change: Callable[[World], None]
) -> Callable[[World, int], list[Planted]]:
    """Plant by changing a file as a whole; the fate of its other rows tells what became of it."""

    def plant(world: World, count: int) -> list[Planted]:
        if count != 1:
            raise ValueError(
                f"The fault '{name}' damages a whole file, so it can be planted once, not {count} times."
            )
        change(world)
        return [Planted(name, path)]

    return plant
