"""From units sold per cell and day to order lines, orders and the people who placed them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sellthrough.demo.calendar import london_to_utc
from sellthrough.demo.config import POINT_CHANNEL, DemoConfig, FloatArray, IntArray
from sellthrough.demo.demand import type_weights
from sellthrough.demo.simulate import Month, World

__all__ = ["Baskets", "customers_of", "fill_baskets", "order_times", "split_lines", "utc_of"]

_BASKET = {0: 0.55, 1: 0.88, 2: 0.88, 3: 0.55}  # chance that a line opens a new order, by point; stores .5


@dataclass
class Baskets:
    """Lines and orders of one selling point in one month, orders sorted by time.

    Line arrays: `order` (position in the order arrays), `sku`, `quantity`, `returned` (units that come back),
    `return_day`, `restocked`. Order arrays: `day`, `wall` (local clock, microseconds since 1970), `kind`
    (customer type).
    """

    order: IntArray
    sku: IntArray
    quantity: IntArray
    returned: IntArray
    return_day: IntArray
    restocked: IntArray
    day: IntArray
    wall: IntArray
    kind: IntArray


def split_lines(rng: np.random.Generator, units: IntArray, chance: float = 0.86) -> tuple[IntArray, IntArray]:
    """Split cell totals into lines of mostly one or two units; return each line's cell position and quantity.

    Examples
    --------
    >>> parent, quantity = split_lines(np.random.default_rng(0), np.array([3, 1]))
    >>> np.bincount(parent, quantity).tolist()
    [3.0, 1.0]
    """
    parent = np.repeat(np.arange(len(units)), units)
    if not len(parent):
        return parent, parent
    opens = rng.random(len(parent)) < chance
    opens[np.concatenate([[0], np.cumsum(units)[:-1]])[units > 0]] = True
    start = np.flatnonzero(opens)
    return parent[start], np.diff(np.append(start, len(parent)))


def order_times(
    rng: np.random.Generator, config: DemoConfig, day: IntArray, store: bool, share: FloatArray
) -> IntArray:
    """Draw local wall-clock times of orders, in microseconds since 1970.

    ``share`` is the part of the day's customers, 0 to 1, who came before the shelf ran out: the order is one
    of theirs.
    """
    hours = np.arange(24)
    if store:
        odds = np.where((hours >= 9) & (hours < 18), 1.0 + 0.4 * ((hours >= 11) & (hours < 16)), 0.0)
    else:
        odds = 0.25 + np.exp(-((hours - 20.5) ** 2) / 10) * 2.2 + np.exp(-((hours - 12.5) ** 2) / 16)
        odds[1:6] = 0.06
    so_far = np.cumsum(odds / odds.sum())
    hour = np.minimum(np.searchsorted(so_far, rng.random(len(day)) * share, side="right"), 23)
    second = rng.integers(0, 3600, len(day))
    if not store and config.mess > 0:  # the nights of the clock changes see orders around midnight
        dates = (config.first_day + day).astype(object)
        change = np.array(
            [d.month in (3, 10) and d.weekday() == 6 and d.day >= 25 for d in dates], dtype=bool
        )
        near = change & (rng.random(len(day)) < 0.25)
        hour = np.where(near, np.where(rng.random(len(day)) < 0.5, 0, 23), hour)
    base = (config.first_day + day).astype("datetime64[us]").astype(np.int64)
    return np.asarray(base + (hour * 3600 + second) * 1_000_000, dtype=np.int64)


def fill_baskets(world: World, month: Month, point: int, rng: np.random.Generator) -> Baskets:
    """Turn a month's sales at one retail selling point into orders of one to four lines.

    Lines of an order share the day and the customer type; types are drawn in proportion to their demand.
    """
    a, c = world.assortment, world.commerce
    cells = np.flatnonzero(a.cell_point == point)
    first = int(cells[0]) if len(cells) else 0
    day, k = np.nonzero(month.sold[:, first : first + len(cells)])
    units = month.sold[day, k + first]
    sku, channel = a.cell_sku[k + first], int(POINT_CHANNEL[point])
    lift = c.media_lift[channel, month.start + day]
    weight = type_weights(
        a.elasticity[sku], month.log_ratio[day, sku, channel], month.log_uplift[day, sku, channel], lift
    )
    bound = np.cumsum(weight / weight.sum(axis=0), axis=0)

    parent, quantity = split_lines(rng, units)
    kind = (rng.random(len(parent)) > bound[:2, parent]).sum(axis=0)
    back, when, shelf = _returns_of(month, first, len(cells))
    total_back = back[day, k]
    before = np.cumsum(quantity) - quantity
    group_start = np.zeros(len(units), dtype=np.int64)
    opens = np.flatnonzero(np.diff(parent, prepend=-1))
    group_start[parent[opens]] = before[opens]
    returned = np.clip(total_back[parent] - (before - group_start[parent]), 0, quantity)

    line_day = day[parent]
    order_of = np.lexsort((rng.random(len(parent)), kind, line_day))
    parent, quantity, kind, returned, line_day = (
        x[order_of] for x in (parent, quantity, kind, returned, line_day)
    )
    opens_order = rng.random(len(parent)) < _BASKET.get(point, 0.5)
    opens_order |= (np.diff(line_day, prepend=-1) != 0) | (np.diff(kind, prepend=-1) != 0)
    run = np.arange(len(parent)) - np.maximum.accumulate(np.where(opens_order, np.arange(len(parent)), 0))
    opens_order |= run % 4 == 0
    order = np.cumsum(opens_order) - 1
    head = np.flatnonzero(opens_order)
    order_day, order_kind = line_day[head] + month.start, kind[head]
    asked = month.demand[day, k + first]
    served = np.where(asked > units, units / np.maximum(asked, 1), 1.0)
    open_share = np.minimum.reduceat(served[parent], head) if len(head) else np.zeros(0)
    wall = order_times(rng, world.config, order_day, point >= 5, open_share)
    by_time = np.argsort(wall, kind="stable")
    rank = np.empty_like(by_time)
    rank[by_time] = np.arange(len(by_time))
    order = rank[order]
    tidy = np.argsort(order, kind="stable")
    return Baskets(
        order=order[tidy],
        sku=sku[parent][tidy],
        quantity=quantity[tidy],
        returned=returned[tidy],
        return_day=when[day[parent], k[parent]][tidy],
        restocked=shelf[day[parent], k[parent]][tidy],
        day=order_day[by_time],
        wall=wall[by_time],
        kind=order_kind[by_time],
    )


def _returns_of(month: Month, first: int, cells: int) -> tuple[IntArray, IntArray, IntArray]:
    """Lay the month's returns out by day and cell of one selling point."""
    out = [np.zeros((month.days, cells), dtype=np.int64) for _ in range(3)]
    for day, cell, units, when, restocked in month.returned:
        here = (cell >= first) & (cell < first + cells)
        at = (day[here] - month.start, cell[here] - first)
        for target, values in zip(out, (units, when, restocked), strict=True):
            target[at] = values[here]
    return out[0], out[1], out[2]


def customers_of(
    rng: np.random.Generator, config: DemoConfig, day: IntArray, kind: IntArray, pool: int
) -> IntArray:
    """Draw who places each order, as a position in the channel's pool of customers.

    The pool's customers come in order of arrival, evenly over the window after a founding tenth; their
    types follow each other in a fixed pattern of twenty (6 bargain, 3 loyal, 11 occasional), so a loyal
    one orders most often.
    """
    pattern = (
        np.array([0, 3, 6, 9, 12, 15]),
        np.array([1, 7, 13]),
        np.array([2, 4, 5, 8, 10, 11, 14, 16, 17, 18, 19]),
    )
    known = np.maximum((pool // 20) * (0.1 + 0.9 * day / config.days), 1.0)
    block = np.floor(rng.random(len(day)) * known).astype(np.int64)
    out = np.empty(len(day), dtype=np.int64)
    for k, places in enumerate(pattern):
        at = kind == k
        out[at] = places[rng.integers(0, len(places), int(at.sum()))]
    return block * 20 + out


def utc_of(wall: IntArray, hours_ahead: int = 0) -> IntArray:
    """Turn local wall-clock microseconds into UTC microseconds."""
    return london_to_utc(wall, hours_ahead).astype(np.int64)
