"""The marketplace as an Amazon Selling Partner connector lands it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.baskets import Baskets, fill_baskets, utc_of
from sellthrough.demo.config import IntArray, StrArray, stream
from sellthrough.demo.defects import Defects
from sellthrough.demo.simulate import Month, World
from sellthrough.demo.sink import Sink, Sync, frame, numbered, pick

__all__ = ["Amazon", "seller_skus"]

HOUR = 3_600_000_000


def seller_skus(number: IntArray, colour: StrArray, sku_id: StrArray, suffix: str, mess: float) -> StrArray:
    """Spell SKUs as the marketplace's listing tool does: leading zeros lost, fulfilment as a suffix.

    Examples
    --------
    >>> names = np.array(["HP-00101-BLU"], dtype=object)
    >>> seller_skus(np.array([101]), np.array(["BLU"], dtype=object), names, "FBA", 1.0).tolist()
    ['HP-101-BLU-FBA']
    """
    if mess == 0:
        return sku_id
    return np.array(
        [f"HP-{n}-{c}-{suffix}" for n, c in zip(number.tolist(), colour, strict=True)], dtype=object
    )


class Amazon:
    """Writes orders and items month by month, AFN (Amazon's warehouse) and MFN (Leeds) together."""

    def __init__(self, world: World, sink: Sink, defects: Defects) -> None:
        self.world, self.sink, self.defects = world, sink, defects
        self.orders = self.items = 0
        a, mess = world.assortment, world.config.mess
        self.spelling = {
            1: seller_skus(a.number, a.colour, a.sku_id, "FBA", mess),
            2: seller_skus(a.number, a.colour, a.sku_id, "MFN", mess),
        }
        self.late_last_day = np.zeros(a.n, dtype=np.int64)

    def month(self, month: Month) -> tuple[Baskets, IntArray]:
        """Write a month; return the MFN lines and which of them were packed only the next day."""
        out: tuple[Baskets, IntArray] | None = None
        for point in (1, 2):
            rng = stream(self.world.config, 30, point, month.index)
            good = fill_baskets(self.world, month, point, rng)
            self._write(good, month, point, rng, stream(self.world.config, 31, point, month.index))
            out = good, np.asarray((good.wall // HOUR % 24 >= 16)[good.order])
        assert out is not None
        return out

    def _write(
        self, good: Baskets, month: Month, point: int, rng: np.random.Generator, mess: np.random.Generator
    ) -> None:
        config, a = self.world.config, self.world.assortment
        end = config.end.astype(np.int64)
        sync = Sync(config, mess)
        lost = mess.poisson(len(good.day) * 0.003 * config.mess)  # orders of SKUs that no master knows
        strange = mess.poisson(len(good.day) * 0.001 * config.mess)  # orders of a channel that nobody mapped
        cancelled = mess.poisson(len(good.day) * 0.008 * config.mess)
        flag = np.repeat([0, 1, 2, 3], [len(good.day), lost, strange, cancelled])
        extra = len(flag) - len(good.day)
        cells = np.flatnonzero(a.cell_point == point)
        sku = np.concatenate([good.sku, a.cell_sku[cells[mess.integers(0, len(cells), extra)]]])
        order = np.concatenate([good.order, len(good.day) + np.arange(extra)])
        quantity = np.concatenate([good.quantity, np.ones(extra, dtype=np.int64)])
        day = np.concatenate([good.day, mess.integers(month.start, month.stop, extra)])
        noon = (config.first_day + day[len(good.day) :]).astype("datetime64[us]").astype(np.int64) + 12 * HOUR
        wall = np.concatenate([good.wall, noon])
        n = len(day)

        serial = self.orders + np.arange(n)
        self.orders += n
        names = numbered(f"20{point}-", serial * 7_368_787 % 10_000_019 * 100_000_000 + serial, width=16)
        item_serial = self.items + np.arange(len(order))
        self.items += len(order)
        item_id = numbered("6", item_serial, width=11)

        at = (day[order] - month.start, sku)
        price = month.list_price[at]
        gross = np.round(price * quantity, 2)
        rate = np.where(flag[order] == 0, month.discount[(*at, 2)], 0.0)
        off = np.round(gross * rate, 2)
        total = np.round(np.bincount(order, gross - off, minlength=n), 2)
        bought = utc_of(wall)
        late = wall // HOUR % 24 >= 16
        shipped_at = np.where(
            late,
            (config.first_day + day).astype("datetime64[us]").astype(np.int64) + 33 * HOUR,
            bought + 2 * HOUR,
        )
        done = (shipped_at <= end) & (flag != 3)
        updated = np.where(done, shipped_at, bought)
        status = np.where(flag == 3, 2, np.where(done, 0, 1))
        orders = frame(
            self.sink.schema("raw/amazon/orders"),
            {
                "amazon_order_id": names,
                "merchant_order_id": None,
                "purchase_date": _us(bought),
                "last_update_date": _us(updated),
                "order_status": pick(["Shipped", "Unshipped", "Canceled"], status),
                "fulfillment_channel": "AFN" if point == 1 else "MFN",
                "sales_channel": pick(["Amazon.co.uk", "Amazon.zz"], (flag == 2).astype(np.int64)),
                "ship_country": "GB",
                "order_total_amount": total,
                "order_total_currency_code": "GBP",
                "is_business_order": pa.array(rng.random(n) < 0.04),
                "_fivetran_synced": sync.after(_us(updated)),
            },
        )
        text = pick(self.spelling[point], sku)
        ghost = np.flatnonzero(flag[order] == 1)
        if len(ghost):
            spelled = np.array(text.to_pylist(), dtype=object)
            spelled[ghost] = [f"HP-{102 + 3 * int(k)}-ZZZ-FBA" for k in mess.integers(0, 9, len(ghost))]
            text = pa.array(spelled)
        asin = pick(a.asin, sku, flag[order] == 1)
        shipped = np.where(done[order], quantity, 0)
        items = frame(
            self.sink.schema("raw/amazon/order_item"),
            {
                "amazon_order_id": names.take(pa.array(order)),
                "order_item_id": item_id,
                "asin": asin,
                "seller_sku": text,
                "quantity_ordered": quantity,
                "quantity_shipped": shipped,
                "item_price_amount": gross,
                "promotion_discount_amount": off,
                "item_tax_amount": np.round((gross - off) / 6, 2),
                "_fivetran_synced": sync.after(_us(updated[order])),
            },
        )
        orders, again_orders = sync.repeated(orders)
        items, again = sync.repeated(items)
        self.sink.write("raw/amazon/orders", orders)
        self.sink.write("raw/amazon/order_item", items)
        add = self.defects.add
        add("amazon", "orders", _take(names, again_orders), "duplicate_row")
        add("amazon", "orders", _take(names, np.flatnonzero(flag == 2)), "unknown_channel")
        add("amazon", "orders", _take(names, np.flatnonzero(flag == 3)), "cancelled_order")
        add("amazon", "order_item", _take(item_id, again), "duplicate_row")
        add("amazon", "order_item", _take(item_id, ghost), "unmapped_sku")
        waiting = (flag[order] == 0) & ~done[order]
        if point == 2:
            np.add.at(self.late_last_day, sku[waiting], quantity[waiting])


def _take(values: pa.Array, at: IntArray) -> list[Any]:
    """Return some texts as a list."""
    return list(values.take(pa.array(at)).to_pylist())


def _us(values: IntArray) -> np.ndarray[Any, Any]:
    return np.asarray(values, dtype=np.int64).astype("datetime64[us]")
