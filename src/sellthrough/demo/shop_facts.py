"""What differs between the two web shops, and the month's orders as they are handed from table to table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.baskets import Baskets
from sellthrough.demo.config import BoolArray, FloatArray, IntArray

__all__ = ["CUT_OFF_HOUR", "HOUR", "SHOPS", "Batch", "Flag", "ShopFacts", "stamps", "with_column"]

CUT_OFF_HOUR = 16  # orders later in the day are packed the next morning
HOUR = 3_600_000_000  # microseconds


class Flag:
    """Kinds of orders: the good ones, and the defective ones that are added to them."""

    GOOD, TEST, GIFT, CANCELLED, UNMAPPED, ABSURD, STRANGE = range(7)
    # additional orders of each defective kind per good order
    RATES = (
        (TEST, 0.002),
        (GIFT, 0.003),
        (CANCELLED, 0.01),
        (UNMAPPED, 0.004),
        (ABSURD, 0.0006),
        (STRANGE, 0.001),
    )


@dataclass(frozen=True)
class ShopFacts:
    """What differs between the shops; `id_base` keeps their ids apart."""

    name: str
    point: int
    channel: int
    currency: str
    vat: float
    hours_ahead: int
    location: int
    location_id: Any
    id_base: int
    countries: tuple[str, ...]

    @property
    def is_eu(self) -> bool:
        """Whether this is the European shop, with the newer interface."""
        return self.name == "eu"

    @property
    def system(self) -> str:
        """Name of the source in the truth tables."""
        return f"shopify_{self.name}"

    def word(self, text: str) -> str:
        """Write a status as this shop's interface does."""
        return text.upper() if self.is_eu else text


SHOPS = (
    ShopFacts("uk", 0, 0, "GBP", 0.20, 0, 0, 7001, 5_000_000_000, ("GB", "GB", "GB", "IE")),
    ShopFacts("eu", 3, 1, "EUR", 0.21, 1, 2, "loc-9001", 81_000_000_000, ("NL", "NL", "DE", "DE", "BE")),
)


@dataclass
class Batch:
    """A month's orders and lines of one shop, defective extras included.

    The basket's arrays are those of :class:`~sellthrough.demo.baskets.Baskets`; `flag` to `money_state`
    run over orders, `line_id` to `edited` over lines. Times are UTC microseconds since 1970.
    """

    basket: Baskets
    flag: IntArray
    order_id: IntArray
    customer: IntArray
    created_us: IntArray
    changed_us: IntArray
    cancelled_us: IntArray
    shipped_us: IntArray
    shipped: BoolArray
    money_state: IntArray  # paid, partially refunded, refunded, voided
    line_id: IntArray
    price: FloatArray
    discount: FloatArray
    net: FloatArray
    tax: FloatArray
    promotion: IntArray
    refund_us: IntArray
    refunded: BoolArray
    edited: IntArray  # positions of lines whose first version had a unit more

    @property
    def line_flag(self) -> IntArray:
        """The order's flag, by line."""
        return self.flag[self.basket.order]

    def per_order(self, values: FloatArray) -> FloatArray:
        """Sum money of lines by order, in pence precision."""
        total = np.bincount(self.basket.order, values, minlength=len(self.order_id))
        return np.asarray(np.round(total, 2), dtype=np.float64)


def stamps(values: Any, present: Any = None) -> np.ndarray[Any, Any]:
    """Turn microseconds into timestamps, NaT where not present."""
    stamp = np.asarray(values, dtype=np.int64).astype("datetime64[us]")
    if present is not None:
        stamp = np.where(present, stamp, np.datetime64("NaT", "us"))
    return np.asarray(stamp)


def with_column(table: pa.Table, column: str, values: Any) -> pa.Table:
    """Replace one column of a table, keeping its type.

    Examples
    --------
    >>> with_column(pa.table({"a": [1, 2]}), "a", np.array([3, 4])).to_pydict()
    {'a': [3, 4]}
    """
    at = table.column_names.index(column)
    field = table.schema.field(at)
    return table.set_column(at, field, pa.array(values).cast(field.type))
