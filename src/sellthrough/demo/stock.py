"""Stock, day by day: receipts, transfers, sales off the shelf, returns, shrinkage, counts.

Two ledgers are kept per SKU and location. The *record* is what the systems believe; the *shelf* is what
is there. Sales need the shelf; shrinkage takes from the shelf alone; a count sets the record right. The
record obeys, to the unit, ``opening + receipts + transfers in - transfers out - sales + restocked returns
+ adjustments``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sellthrough.demo.assortment import Assortment
from sellthrough.demo.config import LOCATIONS, POINT_LOCATION, BoolArray, IntArray

__all__ = ["MEMOS", "Journal", "L", "StockRoom", "serve"]

MEMOS = ("opening stock", "stock count", "marketplace returns")
L = len(LOCATIONS)


@dataclass
class Journal:
    """What happened in a month, as lists of equally long arrays; see `columns` for the names."""

    receipts: list[tuple[IntArray, ...]] = field(default_factory=list)  # day, PO line, units
    transfers: list[tuple[IntArray, ...]] = field(
        default_factory=list
    )  # day, SKU, from, to, units, arrival day
    arrivals: list[tuple[IntArray, ...]] = field(default_factory=list)  # day, SKU, location, units
    adjustments: list[tuple[IntArray, ...]] = field(default_factory=list)  # day, SKU, location, units, memo
    returns: list[tuple[IntArray, ...]] = field(default_factory=list)  # day, SKU, location, units, restocked
    scraps: list[tuple[IntArray, ...]] = field(default_factory=list)  # day, SKU, location, units

    @staticmethod
    def merged(rows: list[tuple[IntArray, ...]], width: int) -> tuple[IntArray, ...]:
        """Concatenate the entries of one list column by column; `width` empty columns if there are none."""
        if not rows:
            return tuple(np.zeros(0, dtype=np.int64) for _ in range(width))
        return tuple(np.concatenate(parts).astype(np.int64) for parts in zip(*rows, strict=True))


def serve(demand: IntArray, place: IntArray, shelf: IntArray) -> IntArray:
    """Share out shelf stock among cells that draw on it, and return the units sold per cell.

    Where the shelf is short each cell gets its share of the demand, rounded down; the odd units go to the
    first cell with unmet demand.

    Parameters
    ----------
    demand
        Units wanted by each cell, shape (cells,).
    place
        Index into `shelf` of each cell.
    shelf
        Units there.

    Examples
    --------
    >>> serve(np.array([4, 3, 2]), np.array([0, 0, 1]), np.array([5, 9])).tolist()
    [3, 2, 2]
    """
    total = np.bincount(place, demand, minlength=len(shelf)).astype(np.int64)
    stock, wanted = shelf[place], total[place]
    sold = np.where(wanted <= stock, demand, demand * stock // np.maximum(wanted, 1))
    short = np.flatnonzero((total > shelf) & (shelf > 0))
    if len(short):
        left = shelf - np.bincount(place, sold, minlength=len(shelf)).astype(np.int64)
        for cell in np.flatnonzero(np.isin(place, short) & (sold < demand)).tolist():
            extra = min(int(left[place[cell]]), int(demand[cell] - sold[cell]))
            sold[cell] += extra
            left[place[cell]] -= extra
    return np.asarray(sold, dtype=np.int64)


class StockRoom:
    """The two stock ledgers of all SKUs and locations, flat over ``sku * locations + location``."""

    def __init__(self, assortment: Assortment, opening: IntArray) -> None:
        self.a = assortment
        self.record = opening.copy()
        self.shelf = opening.copy()
        self.unsellable = np.zeros(
            (assortment.n, 3, 2), dtype=np.int64
        )  # damaged, in quarantine, at warehouses
        self.in_transit = np.zeros_like(opening)
        self.frozen: BoolArray = np.zeros(len(opening), dtype=bool)
        self.empty_since = np.full(len(opening), -1, dtype=np.int64)
        self.due_transfers: dict[int, list[tuple[IntArray, IntArray]]] = {}
        self.due_returns: dict[int, list[tuple[IntArray, IntArray, IntArray]]] = {}
        self.place = assortment.cell_sku * L + POINT_LOCATION[assortment.cell_point]
        kit_cell = assortment.is_kit[assortment.cell_sku]
        self.single = np.flatnonzero(~kit_cell)
        self.kit_cells = [np.flatnonzero(kit_cell & (assortment.cell_point == p)) for p in (0, 2)]
        self.kit_row = np.full(assortment.n, -1, dtype=np.int64)
        self.kit_row[assortment.kit] = np.arange(len(assortment.kit))

    def receive_transfers(self, day: int, journal: Journal) -> None:
        """Put transfers that arrive today on the shelf."""
        for flat, units in self.due_transfers.pop(day, []):
            np.add.at(self.record, flat, units)
            np.add.at(self.shelf, flat, units)
            np.subtract.at(self.in_transit, flat, units)
            journal.arrivals.append((np.full(len(flat), day), flat // L, flat % L, units))

    def sell(self, demand: IntArray) -> IntArray:
        """Sell what the shelf allows, single SKUs before kits, and return the units sold per cell."""
        sold = np.zeros_like(demand)
        sold[self.single] = serve(demand[self.single], self.place[self.single], self.shelf)
        out = np.bincount(self.place[self.single], sold[self.single], minlength=len(self.shelf)).astype(
            np.int64
        )
        self.shelf -= out
        self.record -= out
        for cells in self.kit_cells:
            flat, amount = self.kit_parts(self.a.cell_sku[cells])
            possible = np.where(amount > 0, self.shelf[flat] // np.maximum(amount, 1), np.iinfo(np.int64).max)
            sold[cells] = np.minimum(demand[cells], possible.min(axis=1)) if len(cells) else sold[cells]
            used = sold[cells][:, None] * amount
            np.subtract.at(self.shelf, flat, used)
            np.subtract.at(self.record, flat, used)
        return sold

    def on_offer(self) -> BoolArray:
        """Tell for every cell whether a first customer would find the SKU, all components of it for a kit."""
        offer = self.shelf[self.place] > 0
        for cells in self.kit_cells:
            flat, amount = self.kit_parts(self.a.cell_sku[cells])
            offer[cells] = ((self.shelf[flat] >= amount) | (amount == 0)).all(axis=1)
        return np.asarray(offer, dtype=np.bool_)

    def kit_parts(self, sku: IntArray) -> tuple[IntArray, IntArray]:
        """Return flat places at Leeds and amounts of the components of kits, each of shape (kits, 3)."""
        row = self.kit_row[sku]
        return np.maximum(self.a.kit_component[row], 0) * L, self.a.kit_quantity[row]

    def schedule_returns(self, day: IntArray, cell: IntArray, units: IntArray, restock: IntArray) -> None:
        """Note returns of sold units for the day they come back; kits come back as their components."""
        sku = self.a.cell_sku[cell]
        location = POINT_LOCATION[self.a.cell_point[cell]]
        kits = self.a.is_kit[sku]
        memo = np.isin(self.a.cell_point[cell], (1, 2)).astype(np.int64)
        parts = [
            (day[~kits], sku[~kits] * L + location[~kits], units[~kits], restock[~kits] + 2 * memo[~kits])
        ]
        if kits.any():
            flat, amount = self.kit_parts(sku[kits])
            pick = amount > 0
            wide = [np.repeat(x[kits][:, None], 3, axis=1)[pick] for x in (day, units, restock + 2 * memo)]
            parts.append((wide[0], flat[pick], wide[1] * amount[pick], wide[2]))
        for when, flat, n, flag in parts:
            for d in np.unique(when).tolist():
                at = when == d
                self.due_returns.setdefault(d, []).append((flat[at], n[at], flag[at]))

    def take_returns(self, day: int, journal: Journal) -> None:
        """Restock today's returns, or put them into the damaged or quarantine bins of a warehouse."""
        for flat, units, flag in self.due_returns.pop(day, []):
            restocked, amazon = flag % 2 == 1, flag >= 2
            np.add.at(self.record, flat[restocked], units[restocked])
            np.add.at(self.shelf, flat[restocked], units[restocked])
            sku, location = flat // L, flat % L
            bad = ~restocked & (location < 3)
            np.add.at(self.unsellable, (sku[bad], location[bad], units[bad] % 2), units[bad])
            when = np.full(len(flat), day)
            journal.returns.append((when, sku, location, units, restocked.astype(np.int64)))
            book = restocked & amazon  # the marketplace's returns reach the ERP as adjustments
            if book.any():
                journal.adjustments.append(
                    (when[book], sku[book], location[book], units[book], np.full(int(book.sum()), 2))
                )

    def shrink_and_count(
        self, rng: np.random.Generator, day: int, stocked: IntArray, journal: Journal
    ) -> None:
        """Lose a few units from shelves unseen, and count the places whose turn it is."""
        lost = stocked[rng.integers(0, len(stocked), rng.poisson(len(stocked) * 0.0008))]
        lost = np.unique(lost)
        units = np.minimum(rng.geometric(0.5, len(lost)), self.shelf[lost])
        self.shelf[lost] -= units
        period = np.where(stocked % L < 3, 91, 182)
        due = stocked[(stocked * 37 + day) % period == 0]
        due = due[~self.frozen[due]]
        gap = self.shelf[due] - self.record[due]
        due, gap = due[gap != 0], gap[gap != 0]
        if len(due):
            self.record[due] += gap
            journal.adjustments.append(
                (np.full(len(due), day), due // L, due % L, gap, np.ones(len(due), dtype=np.int64))
            )

    def scrap(self, day: int, journal: Journal) -> None:
        """Write off everything in the damaged and quarantine bins."""
        units = self.unsellable.sum(axis=2)
        sku, location = np.nonzero(units)
        if len(sku):
            journal.scraps.append((np.full(len(sku), day), sku, location, units[sku, location]))
            self.unsellable[:] = 0

    def plant_phantoms(self, flat: IntArray) -> None:
        """Empty shelves whose record stays: nobody will count or replenish them until the last day."""
        self.shelf[flat] = 0
        self.frozen[flat] = True

    def close_day(self, day: int) -> None:
        """Note since when a shelf is empty though the record says otherwise."""
        ghost = (self.shelf == 0) & (self.record > 0)
        self.empty_since = np.where(ghost, np.where(self.empty_since < 0, day, self.empty_since), -1)
