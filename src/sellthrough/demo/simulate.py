"""The loop over days: demand meets stock, the buyer reacts, and each month is handed on as one batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from sellthrough.demo.assortment import Assortment, build_assortment
from sellthrough.demo.buying import Buyer
from sellthrough.demo.commerce import Commerce, build_commerce
from sellthrough.demo.config import (
    CHANNELS,
    LOCATIONS,
    POINT_LOCATION,
    BoolArray,
    DemoConfig,
    FloatArray,
    IntArray,
    stream,
)
from sellthrough.demo.demand import DayDrivers, DemandModel
from sellthrough.demo.stock import Journal, StockRoom

__all__ = ["Month", "World", "by_place", "simulate"]

L = len(LOCATIONS)
# per selling point: chance that a sold unit comes back, shortest and mean extra days, chance to restock
_RETURN_RATE = np.array([0.08, 0.06, 0.06, 0.08, 0.0] + [0.03] * 6)
_RETURN_FIRST = np.array([5, 6, 6, 6, 0] + [1] * 6)
_RETURN_EXTRA = np.array([8.0, 9.0, 9.0, 9.0, 1.0] + [7.0] * 6)
_RESTOCK_RATE = np.array([0.85, 0.8, 0.85, 0.85, 1.0] + [1.0] * 6)


@dataclass
class Month:
    """One calendar month of the world: what every system will have recorded, before it is written down."""

    index: int
    start: int
    stop: int
    list_price: FloatArray  # (days, SKUs)
    discount: FloatArray  # (days, SKUs, channels)
    promotion: IntArray
    log_ratio: FloatArray
    log_uplift: FloatArray
    expected: FloatArray  # (days, cells)
    demand: IntArray
    sold: IntArray
    open_shelf: BoolArray  # (days, cells) whether the shelf held something when the day's customers came
    record: IntArray  # (days, SKUs, warehouses) at the close of the day
    unsellable: IntArray  # (days, SKUs, warehouses, damaged or quarantine)
    inbound: IntArray  # (days, SKUs, warehouses) due within three days
    journal: Journal
    returned: list[tuple[IntArray, ...]] = field(
        default_factory=list
    )  # day, cell, units, return day, restocked
    orders: tuple[int, int] = (0, 0)  # purchase orders placed in the month
    lines: tuple[int, int] = (0, 0)  # their lines

    @property
    def days(self) -> int:
        """Number of days."""
        return self.stop - self.start


@dataclass
class World:
    """A world that is being simulated: the fixed things, and the state as of the last day handed out."""

    config: DemoConfig
    assortment: Assortment
    commerce: Commerce
    model: DemandModel
    room: StockRoom
    buyer: Buyer
    opening: IntArray  # (SKUs, locations)

    @classmethod
    def build(cls, config: DemoConfig) -> World:
        """Draw the fixed parts of a world and its opening stock."""
        assortment = build_assortment(config)
        commerce = build_commerce(config, assortment)
        model = DemandModel(config, assortment, commerce)
        level = assortment.cell_base * model.cell_unit * model.season[model.cell_category, 0]
        expected = by_place(assortment, level)
        buyer = Buyer(config, assortment, expected, stream(config, 7))
        opening = buyer.opening()
        return cls(
            config, assortment, commerce, model, StockRoom(assortment, opening.ravel()), buyer, opening
        )


def by_place(assortment: Assortment, cells: FloatArray) -> FloatArray:
    """Sum cells to SKU and location, kits exploded into their components; shape (SKUs, locations)."""
    a = assortment
    flat = a.cell_sku * L + POINT_LOCATION[a.cell_point]
    out = np.bincount(flat, cells, minlength=a.n * L).reshape(a.n, L)
    kits = out[a.kit, 0]
    for j in range(3):
        part = a.kit_component[:, j]
        at = part >= 0
        np.add.at(out[:, 0], part[at], kits[at] * a.kit_quantity[at, j])
    out[a.kit] = 0.0
    return np.asarray(out, dtype=np.float64)


def _month_bounds(config: DemoConfig) -> list[tuple[int, int]]:
    months = (config.first_day + np.arange(config.days)).astype("datetime64[M]").astype(np.int64)
    cuts = [0, *(np.flatnonzero(np.diff(months)) + 1).tolist(), config.days]
    return list(pairwise(cuts))


def simulate(world: World) -> Iterator[Month]:
    """Run a world from its first to its last day and yield it month by month.

    Nothing of a month is kept once it is yielded, so memory does not grow with the number of days.
    """
    config, a = world.config, world.assortment
    rng, shop = stream(config, 8), stream(config, 9)
    stocked = np.flatnonzero(a.stocked.ravel())
    plant_day = config.days - 1 - 24
    suspects = _suspects(world)
    for index, (start, stop) in enumerate(_month_bounds(config)):
        month = _empty_month(world, index, start, stop)
        first_order, first_line = len(world.buyer.book.order_day), len(world.buyer.book.line_sku)
        for day in range(start, stop):
            drivers = world.model.day(day)
            demand = world.model.draw(rng, drivers.expected)
            _one_day(world, month, day, drivers, demand, shop, stocked, suspects)
            if day == plant_day:
                _plant(world, suspects)
        month.orders = (first_order, len(world.buyer.book.order_day))
        month.lines = (first_line, len(world.buyer.book.line_sku))
        yield month


def _empty_month(world: World, index: int, start: int, stop: int) -> Month:
    n, cells, days = world.assortment.n, len(world.assortment.cell_sku), stop - start
    channels = len(CHANNELS)
    return Month(
        index=index,
        start=start,
        stop=stop,
        list_price=np.zeros((days, n)),
        discount=np.zeros((days, n, channels)),
        promotion=np.zeros((days, n, channels), dtype=np.int64),
        log_ratio=np.zeros((days, n, channels)),
        log_uplift=np.zeros((days, n, channels)),
        expected=np.zeros((days, cells)),
        demand=np.zeros((days, cells), dtype=np.int64),
        sold=np.zeros((days, cells), dtype=np.int64),
        open_shelf=np.zeros((days, cells), dtype=bool),
        record=np.zeros((days, n, 3), dtype=np.int64),
        unsellable=np.zeros((days, n, 3, 2), dtype=np.int64),
        inbound=np.zeros((days, n, 3), dtype=np.int64),
        journal=Journal(),
    )


def _one_day(
    world: World,
    month: Month,
    day: int,
    drivers: DayDrivers,
    demand: IntArray,
    rng: np.random.Generator,
    stocked: IntArray,
    suspects: IntArray,
) -> None:
    """Live one day: goods in, sales, goods back, losses, reviews; then write it into the month."""
    room, buyer, journal, a = world.room, world.buyer, month.journal, world.assortment
    i = day - month.start
    weekday = int(((world.config.first_day + day).astype(np.int64) + 3) % 7)
    if weekday == 0 and day > 0:
        buyer.roll_week(day)
    buyer.receive(day, room, journal)
    room.receive_transfers(day, journal)
    month.open_shelf[i] = room.on_offer()
    sold = room.sell(demand)
    buyer.week += by_place(a, sold.astype(np.float64))
    _draw_returns(world, month, day, sold, rng, suspects)
    room.take_returns(day, journal)
    room.shrink_and_count(rng, day, stocked, journal)
    if (world.config.first_day + day).astype(object).day == 1:
        room.scrap(day, journal)
    if weekday == 0:
        buyer.review_transfers(day, room, (3,), journal)
    if weekday == 1:
        buyer.review_transfers(day, room, (4, 5, 6, 7, 8, 9), journal)
    buyer.review_purchases(day, room)
    room.close_day(day)
    month.list_price[i], month.discount[i], month.promotion[i] = (
        drivers.list_price,
        drivers.discount,
        drivers.promotion,
    )
    month.log_ratio[i], month.log_uplift[i] = drivers.log_ratio, drivers.log_uplift
    month.expected[i], month.demand[i], month.sold[i] = drivers.expected, demand, sold
    month.record[i] = room.record.reshape(-1, L)[:, :3]
    month.unsellable[i] = room.unsellable
    for ahead in (1, 2, 3):
        _, sku, site, units = buyer.due_on(day + ahead)
        np.add.at(month.inbound[i], (sku, site), units)


def _draw_returns(
    world: World, month: Month, day: int, sold: IntArray, rng: np.random.Generator, suspects: IntArray
) -> None:
    """Decide at the sale which of its units will come back, when, and whether they can be sold again."""
    a = world.assortment
    cell = np.flatnonzero(sold)
    point = a.cell_point[cell]
    back = rng.binomial(sold[cell], _RETURN_RATE[point])
    wait = _RETURN_FIRST[point] + rng.poisson(_RETURN_EXTRA[point])
    restock = (rng.random(len(cell)) < _RESTOCK_RATE[point]).astype(np.int64)
    if day >= world.config.days - 100:  # so that nothing comes back to a shelf that is to be empty
        back[np.isin(world.room.place[cell], suspects)] = 0
    at = np.flatnonzero(back)
    month.returned.append((np.full(len(at), day), cell[at], back[at], day + wait[at], restock[at]))
    world.room.schedule_returns(day + wait[at], cell[at], back[at], restock[at])


def _suspects(world: World) -> IntArray:
    """Choose the shelves downstream of the warehouses of which some will turn phantom in the end."""
    if world.config.mess == 0:
        return np.zeros(0, dtype=np.int64)
    rng = stream(world.config, 10)
    flat = np.flatnonzero(world.assortment.stocked.ravel())
    downstream = flat[flat % L >= 3]
    return rng.permutation(downstream)[: max(4, len(downstream) // 6)]


def _plant(world: World, suspects: IntArray) -> None:
    room = world.room
    wanted = max(1, round(0.0125 * min(world.config.mess, 3.0) * int(world.assortment.stocked.sum())))
    good = suspects[
        (room.record[suspects] >= 3) & (room.record[suspects] <= 20) & (room.in_transit[suspects] == 0)
    ]
    room.plant_phantoms(good[:wanted])
