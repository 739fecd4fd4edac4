"""The incumbent policy: weekly min/max on naive eight-week averages, purchase orders and transfers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from sellthrough.demo.assortment import Assortment
from sellthrough.demo.calendar import chinese_new_year
from sellthrough.demo.catalogue import CATEGORIES, Supplier
from sellthrough.demo.config import DWELL_DAYS, FEEDER, LOCATIONS, DemoConfig, FloatArray, IntArray
from sellthrough.demo.stock import Journal, StockRoom

__all__ = ["Buyer", "Column", "OrderBook", "draw_lead_days"]

L = len(LOCATIONS)
CYCLE_DAYS = {"UK": 21, "EU": 35, "Far East": 49}
SAFETY_DAYS = {"UK": 7, "EU": 12, "Far East": 23}
STORE_TRIGGER_DAYS, STORE_COVER_DAYS = 14, 28


class Column:
    """A whole-number column that grows at its end without copying each time."""

    def __init__(self) -> None:
        self._data = np.zeros(1024, dtype=np.int64)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> IntArray:
        """The values so far; a view, good until the next `extend`."""
        return self._data[: self._length]

    def extend(self, values: IntArray) -> None:
        """Append values."""
        end = self._length + len(values)
        if end > len(self._data):
            self._data = np.concatenate([self.values, np.zeros(max(end, self._length), dtype=np.int64)])
        self._data[self._length : end] = values
        self._length = end


@dataclass
class OrderBook:
    """Purchase orders and their lines, growing; a line's one or two receipts are planned with it."""

    order_supplier: Column = field(default_factory=Column)
    order_site: Column = field(default_factory=Column)
    order_day: Column = field(default_factory=Column)
    order_expected: Column = field(default_factory=Column)
    line_order: Column = field(default_factory=Column)
    line_sku: Column = field(default_factory=Column)
    line_units: Column = field(default_factory=Column)
    first_day: Column = field(default_factory=Column)
    first_units: Column = field(default_factory=Column)
    second_day: Column = field(default_factory=Column)  # that of the first receipt where there is no second
    second_units: Column = field(default_factory=Column)


def draw_lead_days(rng: np.random.Generator, supplier: Supplier, order_date: date) -> int:
    """Draw one order's lead time: the supplier's law, plus new-year or August closing, plus lateness."""
    mean, sd = supplier.lead_mean, supplier.lead_sd
    if supplier.law == "gamma":
        lead = rng.gamma((mean / sd) ** 2, sd**2 / mean)
    else:
        spread = np.sqrt(np.log1p((sd / mean) ** 2))
        lead = rng.lognormal(np.log(mean) - spread**2 / 2, spread)
    if rng.random() < supplier.late_rate:
        lead += rng.exponential(supplier.late_mean)
    start = order_date.toordinal()
    for year in (order_date.year, order_date.year + 1):
        if supplier.region == "Far East" and start <= chinese_new_year(year).toordinal() <= start + lead:
            lead += 14
        if supplier.region == "EU" and start <= date(year, 8, 10).toordinal() <= start + lead:
            lead += 8
    return max(2, round(float(lead)))


class Buyer:
    """Reviews stock weekly, as the retailer does today: no forecast, no season, sales taken for demand.

    Parameters
    ----------
    config, assortment
        The world.
    expected
        First-day mean demand per SKU and location (components of kits included), which stands in for the
        sales history before the first day, and for the guess before a launch; shape (SKUs, locations).
    rng
        Stream of guesses and lead times.
    """

    def __init__(
        self, config: DemoConfig, assortment: Assortment, expected: FloatArray, rng: np.random.Generator
    ) -> None:
        a = assortment
        self.a, self.rng, self.config = a, rng, config
        guess = expected * 7 * np.exp(rng.normal(0, 0.35, (a.n, 1)))
        self.history = np.repeat(guess[None], 8, axis=0)
        self.week = np.zeros((a.n, L))
        self.book = OrderBook()
        self.on_order = np.zeros((a.n, 3), dtype=np.int64)
        self.due: dict[int, list[tuple[IntArray, IntArray]]] = {}
        self.minimum = np.zeros((a.n, L), dtype=np.int64)
        self.maximum = np.zeros((a.n, L), dtype=np.int64)
        region = np.array([s.region for s in a.suppliers])[a.supplier]
        self.quoted = np.array([s.quoted_days for s in a.suppliers])[a.supplier]
        self.cycle = np.array([CYCLE_DAYS[r] for r in region])
        self.safety = np.array([SAFETY_DAYS[r] for r in region])
        self.peak = np.array([c.peak_day for c in CATEGORIES])[a.category]

    def opening(self) -> IntArray:
        """Return opening stock per SKU and location: cover for lead time, review and half a cycle."""
        rate = self.network_rate()
        days = self.quoted + self.safety + self.cycle * self.rng.uniform(0.3, 1.0, self.a.n)
        units = np.ceil(rate[:, :3] * days[:, None])
        down = np.ceil(self.history.mean(axis=0)[:, 3:] / 7 * 24) + 1
        out = np.concatenate([units, down], axis=1) * self.a.stocked
        lead_reach = self.quoted + 30
        unborn = self.a.launch > lead_reach  # bought in time for their launch
        out[unborn] = 0
        out[(self.a.launch > 0), 3:] = 0
        return np.asarray(out, dtype=np.int64)

    def network_rate(self) -> FloatArray:
        """Return average daily sales per SKU and location; a warehouse's include the places it feeds."""
        own = self.history.mean(axis=0) / 7
        rate = own.copy()
        for location, feeder in enumerate(FEEDER):
            if feeder >= 0:
                rate[:, feeder] += own[:, location]
        return np.asarray(rate, dtype=np.float64)

    def roll_week(self, day: int) -> None:
        """Close a week of sales; SKUs that are not launched keep the planner's guess."""
        born = (self.a.launch + 7 <= day)[:, None]
        rolled = np.concatenate([self.history[1:], self.week[None]], axis=0)
        self.history = np.where(born, rolled, self.history)
        self.week[:] = 0

    def due_on(self, day: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Return what is planned to arrive on a day: order lines, SKUs, sites and units."""
        rows = self.due.get(day, [])
        if not rows:
            none = np.zeros(0, dtype=np.int64)
            return none, none, none, none
        line = np.concatenate([r[0] for r in rows])
        units = np.concatenate([r[1] for r in rows])
        site = self.book.order_site.values[self.book.line_order.values[line]]
        return line, self.book.line_sku.values[line], site, units

    def receive(self, day: int, room: StockRoom, journal: Journal) -> None:
        """Book in the purchase orders that arrive today."""
        line, sku, site, units = self.due_on(day)
        self.due.pop(day, None)
        if not len(line):
            return
        np.add.at(room.record, sku * L + site, units)
        np.add.at(room.shelf, sku * L + site, units)
        np.subtract.at(self.on_order, (sku, site), units)
        journal.receipts.append((np.full(len(line), day), line, units))

    def review_purchases(self, day: int, room: StockRoom) -> None:
        """Let every supplier whose weekday it is have orders for what fell to its minimum, site by site."""
        today = self.config.first_day + day
        weekday = int((today.astype(np.int64) + 3) % 7)
        turn = [i for i, s in enumerate(self.a.suppliers) if s.order_weekday == weekday]
        if not turn:
            return
        rate = self.network_rate()[:, :3]
        low = np.ceil(rate * (self.quoted + 7 + self.safety)[:, None]).astype(np.int64)
        high = low + np.ceil(rate * self.cycle[:, None]).astype(np.int64)
        self.minimum[:, :3], self.maximum[:, :3] = low, high
        position = room.record.reshape(-1, L)[:, :3] + self.on_order
        live = (
            (day >= self.a.launch - self.quoted - 21)
            & (day < self.a.phase_out - self.quoted)
            & ~self.a.is_kit
        )
        want = (position <= low) & (high > 0) & live[:, None] & self.a.stocked[:, :3]
        units = np.where(want, high - position, 0)
        year_day = (today - today.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
        ahead = (self.peak - year_day) % 365
        eager = (self.a.overbuy > 1) & (ahead - self.quoted > -80) & (ahead - self.quoted < 100)
        units = np.where(eager[:, None], np.ceil(units * self.a.overbuy[:, None]), units)
        pack = self.a.pack[:, None]
        units = np.where(want, np.maximum(-(-units // pack) * pack, self.a.moq[:, None]), 0).astype(np.int64)
        for index in turn:
            for site in range(3):
                chosen = np.flatnonzero((self.a.supplier == index) & (units[:, site] > 0))
                if len(chosen):
                    self._place(day, index, site, chosen, units[chosen, site])

    def _place(self, day: int, supplier: int, site: int, sku: IntArray, units: IntArray) -> None:
        """Place one order; draw when it will come, which lines come short and which in two parts."""
        firm, book, rng = self.a.suppliers[supplier], self.book, self.rng
        arrival = day + draw_lead_days(rng, firm, (self.config.first_day + day).astype(object))
        order, line = len(book.order_day), len(book.line_sku) + np.arange(len(sku))
        columns = (book.order_supplier, book.order_site, book.order_day, book.order_expected)
        for column, value in zip(columns, (supplier, site, day, day + firm.quoted_days), strict=True):
            column.extend(np.array([value]))
        luck = rng.random((len(sku), 2))
        gap = rng.integers(7, 22, len(sku))
        pack = self.a.pack[sku]
        short = (luck[:, 0] < firm.short_rate) & (units > pack)
        delivered = np.where(short, np.maximum(pack, units * 17 // 20 // pack * pack), units)
        first = np.maximum(pack, delivered * 3 // 5 // pack * pack)
        first = np.where((luck[:, 1] < firm.split_rate) & (delivered > pack), first, delivered)
        rest = delivered - first
        later = np.where(rest > 0, arrival + gap, arrival)
        book.line_order.extend(np.full(len(sku), order))
        book.line_sku.extend(sku)
        book.line_units.extend(units)
        book.first_day.extend(np.full(len(sku), arrival))
        book.first_units.extend(first)
        book.second_day.extend(later)
        book.second_units.extend(rest)
        self.due.setdefault(arrival, []).append((line, first))
        for when in np.unique(later[rest > 0]).tolist():
            at = (later == when) & (rest > 0)
            self.due.setdefault(when, []).append((line[at], rest[at]))
        self.on_order[sku, site] += delivered

    def review_transfers(self, day: int, room: StockRoom, places: tuple[int, ...], journal: Journal) -> None:
        """Refill places from their warehouse; what is short is shared out in proportion to the need."""
        own = self.history.mean(axis=0)[:, places] / 7
        stocked = self.a.stocked[:, places]
        low = np.ceil(own * STORE_TRIGGER_DAYS)
        high = np.ceil(own * STORE_COVER_DAYS) + 1
        self.minimum[:, places], self.maximum[:, places] = low.astype(np.int64), high.astype(np.int64)
        record = room.record.reshape(-1, L)
        position = record[:, places] + room.in_transit.reshape(-1, L)[:, places]
        live = (day >= self.a.launch - 7) & (day <= self.a.phase_out + 30)
        frozen = room.frozen.reshape(-1, L)[:, places]
        need = np.where((position <= low) & stocked & live[:, None] & ~frozen, high - position, 0).clip(0)
        feeder = FEEDER[places[0]]
        free = np.minimum(record[:, feeder], room.shelf.reshape(-1, L)[:, feeder])
        total = need.sum(axis=1)
        share = np.minimum(1.0, free / np.maximum(total, 1))[:, None]
        units = np.floor(need * share + 1e-9).astype(np.int64)
        sku, k = np.nonzero(units)
        if not len(sku):
            return
        to, moved = np.array(places)[k], units[sku, k]
        np.subtract.at(room.record, sku * L + feeder, moved)
        np.subtract.at(room.shelf, sku * L + feeder, moved)
        np.add.at(room.in_transit, sku * L + to, moved)
        arrival = day + np.array(DWELL_DAYS)[to]
        journal.transfers.append((np.full(len(sku), day), sku, np.full(len(sku), feeder), to, moved, arrival))
        for when in np.unique(arrival).tolist():
            at = arrival == when
            room.due_transfers.setdefault(int(when), []).append((sku[at] * L + to[at], moved[at]))
