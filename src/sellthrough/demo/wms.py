"""The warehouse system of the three sites: daily bins, receipts, movements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.baskets import Baskets
from sellthrough.demo.config import IntArray, stream
from sellthrough.demo.defects import Defects
from sellthrough.demo.simulate import Month, World
from sellthrough.demo.sink import Columns, Sink, Sync, before_load, frame, loaded_at_night, numbered, pick
from sellthrough.demo.stock import Journal

__all__ = ["SITES", "Warehouses", "explode"]

SITES = ("LDS1", "BRS1", "RTM3")
_HOUR = 3_600_000_000
DAILY_REACH = 400


def explode(world: World, sku: IntArray, units: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Explode kits into components: return positions of the input rows, SKUs and units."""
    a = world.assortment
    kits = np.flatnonzero(a.is_kit[sku])
    single = np.flatnonzero(~a.is_kit[sku])
    row = world.room.kit_row[sku[kits]]
    part, amount = a.kit_component[row], a.kit_quantity[row] * units[kits][:, None]
    k, j = np.nonzero(part >= 0)
    return (
        np.concatenate([single, kits[k]]),
        np.concatenate([sku[single], part[k, j]]),
        np.concatenate([units[single], amount[k, j]]),
    )


class Warehouses:
    """Writes the warehouse tables; a pick of an order after the cut-off falls on the next day."""

    def __init__(self, world: World, sink: Sink, defects: Defects) -> None:
        self.world, self.sink, self.defects = world, sink, defects
        a, mess = world.assortment, world.config.mess
        self.code = np.array([s.replace("-", "") if mess > 0 else s for s in a.sku_id], dtype=object)
        self.carried = np.zeros((a.n, 3), dtype=np.int64)  # allocated yesterday, to be picked today

    def opening(self) -> None:
        """Enter the opening stock as an adjustment of the first day."""
        sku, site = np.nonzero(self.world.opening[:, :3])
        units = self.world.opening[:, :3][sku, site]
        self._movement(np.zeros(len(sku), dtype=np.int64), 0, sku, site, "ADJUST", units)

    def month(self, month: Month, flows: list[tuple[int, Baskets, IntArray]]) -> None:
        """Write a month.

        Parameters
        ----------
        month
            The month.
        flows
            Per site its order lines and which of them were packed the next day.
        """
        n, days = self.world.assortment.n, month.days
        sold = np.zeros((days, n, 3), dtype=np.int64)
        late = np.zeros((days, n, 3), dtype=np.int64)
        for site, lines, is_late in flows:
            at, sku, units = explode(self.world, lines.sku, lines.quantity)
            when = lines.day[lines.order][at] - month.start
            np.add.at(sold[:, :, site], (when, sku), units)
            waits = is_late[at].astype(bool)
            np.add.at(late[:, :, site], (when[waits], sku[waits]), units[waits])
        trade = self.world.model.wholesale
        cells = np.flatnonzero(trade)
        sold[:, self.world.assortment.cell_sku[cells], 1] += month.sold[:, cells]
        before = np.concatenate([self.carried[None], late[:-1]])
        self.carried = late[-1].copy()
        for picked, hour in ((before, 8), (sold - late, 15)):
            day, sku, where = np.nonzero(picked)
            self._movement(day + month.start, hour, sku, where, "PICK", -picked[day, sku, where])
        self._journal(month)
        self._snapshots(month, late)
        self._receipts(month)

    def _journal(self, month: Month) -> None:
        j = month.journal
        day, sku, place, units, _ = Journal.merged(j.returns, 5)
        here = place < 3
        self._movement(day[here], 18, sku[here], place[here], "RETURN", units[here])
        day, sku, source, _, units, _ = Journal.merged(j.transfers, 6)
        self._movement(day, 19, sku, source, "TRANSFER_OUT", -units)
        day, sku, place, units = Journal.merged(j.arrivals, 4)
        here = place < 3
        self._movement(day[here], 7, sku[here], place[here], "TRANSFER_IN", units[here])
        day, sku, place, units, memo = Journal.merged(j.adjustments, 5)
        here = (place < 3) & (memo == 1)
        self._movement(day[here], 20, sku[here], place[here], "ADJUST", units[here])
        day, sku, place, units = Journal.merged(j.scraps, 4)
        self._movement(day, 20, sku, place, "SCRAP", -units)

    def _movement(
        self, day: IntArray, hour: int, sku: IntArray, site: IntArray, reason: str, units: IntArray
    ) -> None:
        if not len(day):
            return
        moved = (self.world.config.first_day + day).astype("datetime64[us]").astype(np.int64) + hour * _HOUR
        moved = moved + sku % 60 * 1_000_000
        self._write(
            "movement",
            "moved_at",
            {
                "site_code": pick(list(SITES), site),
                "item_code": pick(self.code, sku),
                "moved_at": moved.astype("datetime64[us]"),
                "reason": reason,
                "qty_each": units,
            },
        )

    def _write(self, table: str, event: str, columns: Columns) -> None:
        rows = frame(before_load(self.sink.schema(f"raw/wms/{table}")), columns)
        self.sink.write(f"raw/wms/{table}", loaded_at_night(rows, event))

    def _snapshots(self, month: Month, late: IntArray) -> None:
        config, a = self.world.config, self.world.assortment
        day = np.arange(month.start, month.stop)
        weekday = ((config.first_day + day).astype(np.int64) + 3) % 7
        keep = np.flatnonzero((day >= config.days - DAILY_REACH) | (weekday == 6))
        held_sku, held_site = np.nonzero(a.stocked[:, :3])
        bins = {
            "AVAILABLE": month.record[keep],
            "ALLOCATED": late[keep],
            "QUARANTINE": month.unsellable[keep, :, :, 0],
            "DAMAGED": month.unsellable[keep, :, :, 1],
            "INBOUND": month.inbound[keep],
        }
        for status, units in bins.items():
            wide = units[:, held_sku, held_site]
            i, k = np.nonzero(np.ones_like(wide) if status == "AVAILABLE" else wide)
            if len(i):
                self._write(
                    "stock_snapshot",
                    "snapshot_date",
                    {
                        "site_code": pick(list(SITES), held_site[k]),
                        "snapshot_date": config.first_day + day[keep[i]],
                        "item_code": pick(self.code, held_sku[k]),
                        "bin_status": status,
                        "qty_each": wide[i, k],
                    },
                )

    def _receipts(self, month: Month) -> None:
        day, line, units = Journal.merged(month.journal.receipts, 3)
        if not len(day):
            return
        config, book, a = self.world.config, self.world.buyer.book, self.world.assortment
        mess = stream(config, 50, month.index)
        order = book.line_order.values[line]
        sku = book.line_sku.values[line]
        site = book.order_site.values[order]
        self._movement(day, 7, sku, site, "RECEIPT", units)
        when = (config.first_day + day).astype("datetime64[us]").astype(np.int64) + 7 * _HOUR
        asn = numbered("ASN", order * 4096 + day)
        in_cases = np.flatnonzero((mess.random(len(day)) < 0.01 * config.mess) & (a.pack[sku] > 1))
        booked = units.copy()
        booked[in_cases] //= a.pack[sku[in_cases]]
        table = frame(
            before_load(self.sink.schema("raw/wms/receipt")),
            {
                "site_code": pick(list(SITES), site),
                "po_number": numbered("PO", order + 1, width=6),
                "asn_number": asn,
                "item_code": pick(self.code, sku),
                "qty_each": booked,
                "received_at": when.astype("datetime64[us]"),
            },
        )
        keys = receipt_keys(table)
        table, again = Sync(config, mess).repeated(table)
        self.sink.write("raw/wms/receipt", loaded_at_night(table, "received_at"))
        self.defects.add("wms", "receipt", keys[in_cases], "case_as_each")
        self.defects.add("wms", "receipt", keys[again], "duplicate_row")


def receipt_keys(table: pa.Table) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return ``site|po|asn|item`` of each receipt."""
    names = ("site_code", "po_number", "asn_number", "item_code")
    rows = zip(*(table.column(c).to_pylist() for c in names), strict=True)
    return np.array(["|".join(row) for row in rows], dtype=object)
