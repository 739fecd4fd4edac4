"""The two web shops as a Shopify connector lands them, month by month, defects included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.baskets import Baskets, customers_of, fill_baskets, utc_of
from sellthrough.demo.config import IntArray, StrArray, stream
from sellthrough.demo.defects import Defects
from sellthrough.demo.demand import channel_list_price
from sellthrough.demo.schemas import EU_NAMES
from sellthrough.demo.shop_facts import CUT_OFF_HOUR, HOUR, Batch, Flag, ShopFacts, with_column
from sellthrough.demo.shop_tables import (
    discount_tables,
    edited_versions,
    fulfilment_table,
    line_table,
    order_names,
    order_table,
    refund_tables,
)
from sellthrough.demo.simulate import Month, World
from sellthrough.demo.sink import Sink, Sync, frame

__all__ = ["Shop", "shop_skus"]


def shop_skus(sku_id: StrArray, shop: str, mess: float) -> StrArray:
    """Spell SKUs as a shop does: as the ERP in a clean world, by local habit otherwise.

    Examples
    --------
    >>> shop_skus(np.array(["HP-00101-BLU", "HP-00104-RED"], dtype=object), "uk", 1.0).tolist()
    ['hp-00101-blu', 'HP00104RED']
    """
    if mess == 0:
        return sku_id
    if shop == "eu":
        return np.array([f"{s}-EU" for s in sku_id], dtype=object)
    return np.array(
        [s.replace("-", "") if i % 4 == 1 else s.lower() for i, s in enumerate(sku_id)], dtype=object
    )


class Shop:
    """Writes one shop's transaction tables month by month.

    Attributes
    ----------
    feed
        What web analytics sees of the month: order names, times, customers, money.
    late_last_day
        Units by SKU that were ordered and not packed at the close of the last day.
    """

    def __init__(self, world: World, sink: Sink, defects: Defects, facts: ShopFacts) -> None:
        self.world, self.sink, self.defects, self.facts = world, sink, defects, facts
        self.orders = self.lines = self.refunds = 0
        config = world.config
        self.pool = max(200, config.skus * config.days // (40 if facts.is_eu else 12)) // 20 * 20
        self.spelling = shop_skus(world.assortment.sku_id, facts.name, config.mess)
        self.late_last_day = np.zeros(world.assortment.n, dtype=np.int64)
        self.feed: tuple[pa.Array, IntArray, IntArray, np.ndarray[Any, Any]]

    def column(self, table: str, column: str) -> str:
        """Return a column's name in this shop's interface."""
        return EU_NAMES.get(table, {}).get(column, column) if self.facts.is_eu else column

    def build(self, table: str, columns: dict[str, Any]) -> pa.Table:
        """Build one table under the names and types of this shop's interface."""
        schema = self.sink.schema(f"raw/shopify/{self.facts.name}/{table}")
        return frame(schema, {self.column(table, k): v for k, v in columns.items()})

    def write(self, table: str, columns: dict[str, Any] | pa.Table) -> None:
        """Write rows of one table."""
        built = columns if isinstance(columns, pa.Table) else self.build(table, columns)
        self.sink.write(f"raw/shopify/{self.facts.name}/{table}", built)

    def month(self, month: Month) -> tuple[Baskets, IntArray]:
        """Write a month; return its good lines and which of them were packed only the next day."""
        config, f = self.world.config, self.facts
        rng = stream(config, 20, f.channel, month.index)
        mess = stream(config, 21, f.channel, month.index)
        good = fill_baskets(self.world, month, f.point, rng)
        b = self._batch(good, month, rng, mess)
        sync = Sync(config, mess)
        self._orders_and_lines(b, rng, mess, sync)
        for name, columns in discount_tables(b, self.world.commerce.promotions, sync).items():
            self.write(name, columns)
        for name, columns in refund_tables(b, f, self.refunds, rng, sync).items():
            self.write(name, columns)
        self.refunds += int(b.refunded.sum())
        self.write("fulfillment", fulfilment_table(b, f, sync))
        self.feed = (order_names(b, f), b.created_us, b.customer, b.per_order(b.net))
        waiting = (b.line_flag == Flag.GOOD) & ~b.shipped[b.basket.order]
        np.add.at(self.late_last_day, b.basket.sku[waiting], b.basket.quantity[waiting])
        late = (good.wall // HOUR % 24 >= CUT_OFF_HOUR)[good.order]
        return good, np.asarray(late)

    def _with_extras(
        self, good: Baskets, month: Month, mess: np.random.Generator
    ) -> tuple[Baskets, IntArray]:
        """Append the defective orders, one line each; they move no stock."""
        config = self.world.config
        flags = np.concatenate(
            [np.full(mess.poisson(len(good.day) * rate * config.mess), flag) for flag, rate in Flag.RATES]
        ).astype(np.int64)
        n = len(flags)
        cells = np.flatnonzero(self.world.assortment.cell_point == self.facts.point)
        day = mess.integers(month.start, month.stop, n)
        wall = (config.first_day + day).astype("datetime64[us]").astype(np.int64)
        wall = wall + mess.integers(7 * 3600, 15 * 3600, n) * 1_000_000
        sku = self.world.assortment.cell_sku[cells[mess.integers(0, len(cells), n)]]
        quantity = np.where(flags == Flag.ABSURD, mess.choice([99999, -5, 12000, -1], n), 1)
        zero = np.zeros(n, dtype=np.int64)
        both = np.concatenate
        basket = Baskets(
            order=both([good.order, len(good.day) + np.arange(n)]),
            sku=both([good.sku, sku]),
            quantity=both([good.quantity, quantity]),
            returned=both([good.returned, zero]),
            return_day=both([good.return_day, zero]),
            restocked=both([good.restocked, zero]),
            day=both([good.day, day]),
            wall=both([good.wall, wall]),
            kind=both([good.kind, mess.integers(0, 3, n)]),
        )
        return basket, both([np.zeros(len(good.day), dtype=np.int64), flags])

    def _batch(
        self, good: Baskets, month: Month, rng: np.random.Generator, mess: np.random.Generator
    ) -> Batch:
        """Price the month's lines and settle what became of each order."""
        config, f = self.world.config, self.facts
        basket, flag = self._with_extras(good, month, mess)
        n, lines, end = len(flag), len(basket.order), config.end.astype(np.int64)
        line_flag = flag[basket.order]
        at = (basket.day[basket.order] - month.start, basket.sku)
        price = np.where(line_flag == Flag.GIFT, 25.0, channel_list_price(month.list_price[at], f.channel))
        rate = np.where(line_flag == Flag.GOOD, month.discount[(*at, f.channel)], 0.0)
        discount = np.round(price * basket.quantity * rate, 2)
        net = np.round(price * basket.quantity - discount, 2)
        tax = np.where(line_flag == Flag.GIFT, 0.0, np.round(net * f.vat / (1 + f.vat), 2))

        created = utc_of(basket.wall, f.hours_ahead)
        midnight = (config.first_day + basket.day).astype("datetime64[us]").astype(np.int64)
        late = basket.wall // HOUR % 24 >= CUT_OFF_HOUR
        packed = np.where(late, midnight + 33 * HOUR, np.maximum(midnight + 17 * HOUR, created + HOUR // 2))
        packed = packed + rng.integers(0, 90, n) * 60_000_000
        shipped = (packed <= end) & ~np.isin(flag, (Flag.TEST, Flag.CANCELLED, Flag.ABSURD))
        refunded = (basket.returned > 0) & (basket.return_day < config.days)
        refund_us = (config.first_day + basket.return_day).astype("datetime64[us]").astype(np.int64)
        refund_us = refund_us + 11 * HOUR + rng.integers(0, 240, lines) * 60_000_000
        returned = np.bincount(basket.order, np.where(refunded, basket.returned, 0), minlength=n)
        units = np.bincount(basket.order, basket.quantity, minlength=n)
        money = np.where(returned == 0, 0, np.where(returned < units, 1, 2))
        changed = np.maximum(created + 60_000_000, np.where(shipped, packed, 0))
        np.maximum.at(changed, basket.order[refunded], refund_us[refunded])
        cancelled = created + 2 * HOUR
        edited = np.flatnonzero((line_flag == Flag.GOOD) & (mess.random(lines) < 0.002 * config.mess))
        _, one_each = np.unique(basket.order[edited], return_index=True)
        batch = Batch(
            basket=basket,
            flag=flag,
            order_id=f.id_base + 1000 + self.orders + np.arange(n),
            customer=customers_of(rng, config, basket.day, basket.kind, self.pool),
            created_us=created,
            changed_us=np.minimum(
                np.where(flag == Flag.CANCELLED, cancelled, changed), end - 15 * 60_000_000
            ),
            cancelled_us=cancelled,
            shipped_us=packed,
            shipped=shipped,
            money_state=np.where(flag == Flag.CANCELLED, 3, money),
            line_id=f.id_base + 500_000_000 + self.lines + np.arange(lines),
            price=price,
            discount=np.asarray(discount, dtype=np.float64),
            net=net,
            tax=tax,
            promotion=np.where(line_flag == Flag.GOOD, month.promotion[(*at, f.channel)], -1),
            refund_us=refund_us,
            refunded=refunded,
            edited=edited[one_each],
        )
        self.orders += n
        self.lines += lines
        return batch

    def _orders_and_lines(
        self, b: Batch, rng: np.random.Generator, mess: np.random.Generator, sync: Sync
    ) -> None:
        """Write orders and lines with their duplicates, former versions and orphans, and log these."""
        f, system = self.facts, self.facts.system
        orders = self.build("order", order_table(b, f, rng, sync))
        lines = self.build(
            "order_line", line_table(b, f, self.spelling, self.world.assortment.title, mess, sync)
        )
        old_orders, old_lines = edited_versions(b, f, orders, lines, self.column)
        drawn = mess.random(len(lines)) < 0.0003 * self.world.config.mess
        orphan = np.flatnonzero(drawn & (b.line_flag == Flag.GOOD))
        lost = with_column(lines.take(pa.array(orphan)), "id", b.line_id[orphan] + 300_000_000)
        lost = with_column(lost, "order_id", b.order_id[b.basket.order[orphan]] + 400_000_000)
        late_orders = sync.late(orders, b.changed_us)
        late_lines = sync.late(lines, b.created_us[b.basket.order])
        orders, orders_again = sync.repeated(orders)
        lines, lines_again = sync.repeated(lines)
        self.write("order", pa.concat_tables([old_orders, orders]))
        self.write("order_line", pa.concat_tables([old_lines, lines, lost]))

        log = self.defects.add
        log(system, "order", b.order_id[orders_again], "duplicate_row")
        log(system, "order", b.order_id[late_orders], "late_row")
        log(system, "order", b.order_id[b.basket.order[b.edited]], "edited_order")
        for flag, word in (
            (Flag.TEST, "test_order"),
            (Flag.CANCELLED, "cancelled_order"),
            (Flag.STRANGE, "unknown_channel"),
        ):
            log(system, "order", b.order_id[b.flag == flag], word)
        flag_of = b.line_flag
        log(system, "order_line", b.line_id[lines_again], "duplicate_row")
        log(system, "order_line", b.line_id[late_lines], "late_row")
        log(system, "order_line", b.line_id[b.edited], "edited_order")
        log(system, "order_line", b.line_id[orphan] + 300_000_000, "orphan_line")
        log(system, "order_line", b.line_id[flag_of == Flag.GIFT], "gift_card")
        log(system, "order_line", b.line_id[flag_of == Flag.UNMAPPED], "unmapped_sku")
        absurd, negative = flag_of == Flag.ABSURD, b.basket.quantity < 0
        log(system, "order_line", b.line_id[absurd & ~negative], "absurd_quantity")
        log(system, "order_line", b.line_id[absurd & negative], "negative_quantity")
