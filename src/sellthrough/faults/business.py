"""Masters, rates and plans that contradict themselves or aren't there."""

from __future__ import annotations

__all__ = ["FAULTS"]

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sellthrough.faults.fault import Fault, Planted
from sellthrough.faults.planting import ORDER, Row, in_orders
from sellthrough.faults.planting import ROW_FILES as FILES
from sellthrough.faults.world import MARK, ROW, World

MEMBER, RATE, UNIT = "netsuite/itemmember", "fx/daily_rate", "netsuite/unitstypeuom"
EU_ORDER, EU_LINE = "shopify/eu/order", "shopify/eu/order_line"


def _rows(
    name: str, path: str, make: Callable[[World, int], list[Row]]
) -> Callable[[World, int], list[Planted]]:
    """Add rows to a master table."""

    def plant(world: World, count: int) -> list[Planted]:
        table = world.table(path)
        blank = dict.fromkeys(table.columns)
        added = [{**blank, **row} for row in make(world, count)]
        table.rows.extend(added)
        return [Planted(name, path) for _ in added]

    return plant


def _kits(world: World) -> list[Any]:
    return sorted({row["parentitem"] for row in world.table(MEMBER).rows if row["parentitem"] is not None})


def _cycle(world: World, count: int) -> list[Row]:
    kits = _kits(world)
    if len(kits) < 2:
        raise ValueError(f"The demo has {len(kits)} kits, a cycle needs 2: make a larger demo.")
    return [{"parentitem": kits[n % 2], "item": kits[1 - n % 2], "quantity": 1.0} for n in range(count)]


def _rates(value: float) -> Callable[[World, int], list[Row]]:
    def make(world: World, count: int) -> list[Row]:
        have = {row["date"] for row in world.table(RATE).rows}
        days = (min(have) + timedelta(days=n) for n in range(7, 400))
        absent = [day for day in days if day not in have and day < max(have)]
        return [
            {"date": day, "base_currency": "EUR", "quote_currency": "GBP", "rate": value}
            for day in absent[:count]
        ]

    return make


def _gap(world: World, count: int) -> list[Planted]:
    name = "rates_missing"
    rates = world.table(RATE)
    last = max(row["date"] for row in rates.rows)
    first_gone, first_back = last - timedelta(days=70), last - timedelta(days=40)
    rates.rows = [row for row in rates.rows if not first_gone <= row["date"] < first_back]
    held = max(row["date"] for row in rates.rows if row["date"] < first_gone)
    stale = held + timedelta(days=10)
    counted = None if world.counted is None else world.counted

    def judge(
        orders: str, lines: str, key: tuple[str, str], day: Callable[[Row], date], currency: str
    ) -> list[Planted]:
        days = {
            row[key[0]]: day(row) for row in world.table(orders).rows if row[currency] == "EUR" and day(row)
        }
        found = []
        for line in world.table(lines).rows:
            on = days.get(line[key[1]])
            if on is None or not stale - timedelta(days=1) <= on <= first_back or line[MARK] is not None:
                continue
            world.taken[lines].add(line[ROW])
            # on the first and the last day the time zone decides
            if stale < on < first_back - timedelta(days=1) and (
                counted is None or line[ROW] in counted[lines]
            ):
                found.append(Planted(name, lines, line[ROW]))
            line[MARK] = name
        # what is refunded falls with its line
        gone = {line["id"] for line in world.table(lines).rows if line[MARK] == name}
        for refund in world.table(f"{lines}_refund").rows:
            if refund["order_line_id"] in gone:
                world.taken[f"{lines}_refund"].add(refund[ROW])
        return found

    planted = judge(
        EU_ORDER,
        EU_LINE,
        ("id", "order_id"),
        lambda r: (r["processed_at"] or r["created_at"]).date(),
        "currency",
    )
    if len(planted) < count:
        raise ValueError(
            f"The demo sold {len(planted)} lines in euro without a rate, {count} are needed: plant fewer."
        )
    return planted[:count]


def _no_eaches(world: World, count: int) -> list[Planted]:
    for row in world.table(UNIT).rows:
        if row["internalid"] == 6:
            row["conversionrate"] = 0.0
    for row in world.table(FILES["erp"]).rows:
        if row["units"] == 6:
            row[MARK] = "unit_without_eaches"
            world.taken[FILES["erp"]].add(row[ROW])
    return [Planted("unit_without_eaches", FILES["erp"])]


def _order_gone(world: World, count: int) -> list[Planted]:
    planted = in_orders("order_not_delivered", lambda o: o.update(gone=True))(world, count)
    table = world.table(ORDER)
    table.rows = [row for row in table.rows if not row.get("gone")]
    return planted


def _promotions(change: Callable[[Row], None]) -> Callable[[World, int], list[Row]]:
    def make(world: World, count: int) -> list[Row]:
        table = world.table("planning/promotion")
        chosen = [dict(row) for row in world.random("promotion").sample(table.rows, count)]
        for number, row in enumerate(chosen):
            row.update(promotion_id=f"BAD{len(table.rows)}-{number}")
            row[ROW] = None
            change(row)
        return chosen

    return make


def _ignored(
    name: str, path: str, make: Callable[[World, int], list[Row]], count: int, meaning: str
) -> Fault:
    return Fault(name, "world", "world", "ignored", (), _rows(name, path, make), count, meaning)


FAULTS = [
    _ignored("kit_cycle", MEMBER, _cycle, 2, "Two kits contain each other."),
    _ignored(
        "kit_of_itself",
        MEMBER,
        lambda w, n: [{"parentitem": k, "item": k, "quantity": 1.0} for k in _kits(w)[:n]],
        1,
        "A kit contains itself.",
    ),
    _ignored(
        "kit_of_nothing",
        MEMBER,
        lambda w, n: [{"parentitem": _kits(w)[0], "item": 77_000 + k, "quantity": 1.0} for k in range(n)],
        3,
        "A kit contains an article that no list knows.",
    ),
    _ignored("rate_of_zero", RATE, _rates(0.0), 5, "A rate is zero."),
    _ignored("rate_below_zero", RATE, _rates(-0.86), 5, "A rate is negative."),
    _ignored("rate_not_a_number", RATE, _rates(float("nan")), 5, "A rate is not a number."),
    Fault(
        "rates_missing",
        "world",
        "world",
        "quarantined",
        ("no exchange rate",),
        _gap,
        10,
        "No rate for a month: the last one is too old.",
    ),
    _ignored(
        "promotion_backwards",
        "planning/promotion",
        _promotions(lambda r: r.update(starts_on=r["ends_on"], ends_on=r["starts_on"] - timedelta(days=3))),
        5,
        "A promotion ends before it begins.",
    ),
    _ignored(
        "promotion_of_too_much",
        "planning/promotion",
        _promotions(lambda r: r.update(discount_rate=5.0)),
        5,
        "A promotion takes off five times the price.",
    ),
    _ignored(
        "item_without_id",
        "netsuite/item",
        lambda w, n: [{"itemid": f"NOID{k}", "itemtype": "InvtPart"} for k in range(n)],
        3,
        "An article has no id.",
    ),
    _ignored(
        "vendor_without_id",
        "netsuite/vendor",
        lambda w, n: [{"companyname": f"Nobody {k}"} for k in range(n)],
        3,
        "A supplier has no id.",
    ),
    Fault(
        "unit_without_eaches",
        "world",
        "world",
        "quarantined",
        ("unknown unit",),
        _no_eaches,
        1,
        "A unit of measure holds no eaches.",
    ),
    Fault(
        "order_not_delivered",
        "world",
        "world",
        "quarantined",
        ("line without its order",),
        _order_gone,
        6,
        "The lines came, their order didn't.",
    ),
]
