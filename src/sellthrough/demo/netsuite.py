"""The ERP's transactions as a NetSuite connector lands them: wholesale, purchases, transfers, adjustments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.buying import Column
from sellthrough.demo.config import BoolArray, DemoConfig, FloatArray, IntArray, stream
from sellthrough.demo.defects import Defects
from sellthrough.demo.demand import channel_list_price
from sellthrough.demo.simulate import Month, World
from sellthrough.demo.sink import Sink, Sync, frame, numbered, pick
from sellthrough.demo.stock import MEMOS, Journal

__all__ = ["ITEM_BASE", "LOCATION_BASE", "VENDOR_BASE", "Erp", "exchange_rates"]

ITEM_BASE, LOCATION_BASE, VENDOR_BASE, CUSTOMER_BASE = 1001, 1, 501, 9001
CUSTOMERS = 30
OPEN_DAYS = 14  # how long an unshipped rest of a wholesale order stays on backorder
_HOUR = 3_600_000_000
_STAMP_HOUR = {"SalesOrd": 9, "CustInvc": 16, "PurchOrd": 11, "ItemRcpt": 8, "TrnfrOrd": 19, "InvAdjst": 20}


def exchange_rates(config: DemoConfig) -> FloatArray:
    """Return pounds per euro by day: a slow random walk about 0.86, shape (days,)."""
    rng = stream(config, 60)
    walk = np.empty(config.days)
    level = 0.0
    for t, shock in enumerate(rng.normal(0, 0.0025, config.days).tolist()):
        level = 0.99 * level + shock
        walk[t] = level
    return np.asarray(np.round(0.86 * np.exp(walk), 5), dtype=np.float64)


class Erp:
    """Writes ``transaction`` and ``transactionline`` month by month."""

    def __init__(self, world: World, sink: Sink, defects: Defects) -> None:
        self.world, self.sink, self.defects = world, sink, defects
        self.transactions = self.lines = 0
        self.numbers: dict[str, int] = {}
        self.order_transaction = Column()  # NetSuite id of each purchase order
        self.rates = exchange_rates(world.config)
        self.packs = np.unique(world.assortment.pack)  # unit 1 is the each, 2 onwards the cases by size
        self.backordered = np.zeros(world.assortment.n, dtype=np.int64)

    def opening(self) -> None:
        """Enter the opening stock of every location as an adjustment of the first day."""
        sku, place = np.nonzero(self.world.opening)
        units = self.world.opening[sku, place]
        order = np.lexsort((sku, place))
        self._adjust(
            np.zeros(len(sku), dtype=np.int64),
            sku[order],
            place[order],
            units[order],
            np.zeros(len(sku), dtype=np.int64),
            stream(self.world.config, 62),
        )

    def month(self, month: Month) -> None:
        """Write a month of all transaction types."""
        rng = stream(self.world.config, 61, month.index)
        self._wholesale(month, rng)
        self._purchases(month, rng)
        self._receipts(month, rng)
        self._transfers(month, rng)
        day, sku, place, units, memo = Journal.merged(month.journal.adjustments, 5)
        order = np.lexsort((sku, memo, place, day))
        self._adjust(day[order], sku[order], place[order], units[order], memo[order], rng)

    def _units(self, sku: IntArray, by_case: BoolArray) -> tuple[IntArray, IntArray]:
        """Return unit ids and eaches per unit."""
        pack = self.world.assortment.pack[sku]
        case = np.searchsorted(self.packs, pack) + 2
        return np.where(by_case, case, 1), np.where(by_case, pack, 1)

    def _wholesale(self, month: Month, rng: np.random.Generator) -> None:
        config, a = self.world.config, self.world.assortment
        cells = np.flatnonzero(self.world.model.wholesale)
        day, k = np.nonzero(month.demand[:, cells])
        if not len(day):
            return
        sku, wanted, shipped = a.cell_sku[cells[k]], month.demand[day, cells[k]], month.sold[day, cells[k]]
        customer = (day * 11 + rng.integers(0, 4, len(day)) * 7) % CUSTOMERS
        order = np.lexsort((sku, customer, day))
        day, sku, wanted, shipped, customer = (x[order] for x in (day, sku, wanted, shipped, customer))
        price = channel_list_price(month.list_price[day, sku], 4)
        by_case = (customer % 5 < 2) & (shipped % a.pack[sku] == 0) & (config.mess > 0)
        unit, each = self._units(sku, by_case)
        group = np.cumsum((np.diff(day, prepend=-1) != 0) | (np.diff(customer, prepend=-1) != 0)) - 1
        absolute = day + month.start
        waits = (shipped < wanted) & (absolute >= config.days - OPEN_DAYS)
        first = np.flatnonzero(np.diff(group, prepend=-1))
        open_order = np.zeros(len(first), dtype=bool)
        np.logical_or.at(open_order, group, waits)
        np.add.at(self.backordered, sku, np.where(waits, wanted - shipped, 0))
        amount = np.round(wanted * price, 2)
        head = {
            "entity": CUSTOMER_BASE + customer[first],
            "due": absolute[first] + 30,
            "close": np.where(open_order, -1, absolute[first]),
            "status": pick(["Closed", "Pending Fulfillment"], open_order.astype(np.int64)),
        }
        line = {
            "item": ITEM_BASE + sku,
            "location": np.full(len(sku), LOCATION_BASE + 1),
            "quantity": -wanted / each,
            "quantityshiprecv": shipped / each,
            "quantitybilled": shipped / each,
            "quantitybackordered": np.where(waits, wanted - shipped, 0) / each,
            "rate": np.round(price * each, 2),
            "netamount": -amount,
            "foreignamount": -amount,
            "isclosed": ~waits,
            "units": unit,
        }
        ids = self._post("SalesOrd", absolute[first], group, head, line, rng)
        sent = np.flatnonzero(shipped > 0)
        if not len(sent):
            return
        orders, regroup = np.unique(group[sent], return_inverse=True)
        head = {
            "entity": CUSTOMER_BASE + customer[first][orders],
            "due": absolute[first][orders] + 30,
            "close": absolute[first][orders],
            "status": pick(["Open"], np.zeros(len(orders), dtype=np.int64)),
        }
        value = np.round(shipped * price, 2)
        line = {
            "item": ITEM_BASE + sku[sent],
            "location": np.full(len(sent), LOCATION_BASE + 1),
            "quantity": -shipped[sent] / each[sent],
            "rate": np.round(price * each, 2)[sent],
            "netamount": -value[sent],
            "foreignamount": -value[sent],
            "createdfrom": ids[group[sent]],
            "isclosed": np.ones(len(sent), dtype=bool),
            "units": unit[sent],
        }
        self._post("CustInvc", absolute[first][orders], regroup, head, line, rng)

    def _purchases(self, month: Month, rng: np.random.Generator) -> None:
        config, a, book = self.world.config, self.world.assortment, self.world.buyer.book
        orders, lines = slice(*month.orders), slice(*month.lines)
        day, expected = book.order_day.values[orders], book.order_expected.values[orders]
        site, supplier = book.order_site.values[orders], book.order_supplier.values[orders]
        group = book.line_order.values[lines] - month.orders[0]
        sku, units = book.line_sku.values[lines], book.line_units.values[lines]
        if not len(sku):
            return
        last = book.second_day.values[lines]
        seen = np.where(book.first_day.values[lines] < config.days, book.first_units.values[lines], 0)
        seen = seen + np.where(last < config.days, book.second_units.values[lines], 0)
        closed = last < config.days  # all that will come has come, short or not
        still_open = np.zeros(len(day), dtype=bool)
        np.logical_or.at(still_open, group, ~closed)
        finish = np.zeros(len(day), dtype=np.int64)
        np.maximum.at(finish, group, last)
        by_case = np.array([s.case_unit for s in a.suppliers])[supplier][group]
        unit, each = self._units(sku, by_case)
        euro = np.array([s.currency == "EUR" for s in a.suppliers])[supplier]
        rate = np.where(euro, self.rates[day], 1.0)
        price = np.round(a.cost[sku] / rate[group], 4)
        foreign = np.round(price * units, 2)
        head = {
            "entity": VENDOR_BASE + supplier,
            "due": expected,
            "close": np.where(still_open, -1, finish),
            "status": pick(["Fully Billed", "Pending Receipt"], still_open.astype(np.int64)),
            "currency": pick(["GBP", "EUR"], euro.astype(np.int64)),
            "exchangerate": rate,
        }
        line = {
            "item": ITEM_BASE + sku,
            "location": LOCATION_BASE + site[group],
            "quantity": units / each,
            "quantityshiprecv": seen / each,
            "quantitybilled": seen / each,
            "rate": np.round(price * each, 4),
            "netamount": np.round(foreign * rate[group], 2),
            "foreignamount": foreign,
            "isclosed": closed,
            "expected": expected[group],
            "units": unit,
        }
        self.order_transaction.extend(self._post("PurchOrd", day, group, head, line, rng))

    def _receipts(self, month: Month, rng: np.random.Generator) -> None:
        a, book = self.world.assortment, self.world.buyer.book
        day, line_no, units = Journal.merged(month.journal.receipts, 3)
        if not len(day):
            return
        order = book.line_order.values[line_no]
        tidy = np.lexsort((line_no, order, day))
        day, line_no, units, order = day[tidy], line_no[tidy], units[tidy], order[tidy]
        sku = book.line_sku.values[line_no]
        site = book.order_site.values[order]
        supplier = book.order_supplier.values[order]
        ordered = book.order_day.values[order]
        group = np.cumsum((np.diff(day, prepend=-1) != 0) | (np.diff(order, prepend=-1) != 0)) - 1
        first = np.flatnonzero(np.diff(group, prepend=-1))
        unit, each = self._units(sku, np.array([s.case_unit for s in a.suppliers])[supplier])
        euro = np.array([s.currency == "EUR" for s in a.suppliers])[supplier]
        rate = np.where(euro, self.rates[ordered], 1.0)
        price = np.round(a.cost[sku] / rate, 4)
        foreign = np.round(price * units, 2)
        head = {
            "entity": VENDOR_BASE + supplier[first],
            "close": day[first],
            "status": pick(["Received"], np.zeros(len(first), dtype=np.int64)),
            "currency": pick(["GBP", "EUR"], euro[first].astype(np.int64)),
            "exchangerate": rate[first],
        }
        created = self.order_transaction.values[order]
        line = {
            "item": ITEM_BASE + sku,
            "location": LOCATION_BASE + site,
            "quantity": units / each,
            "rate": np.round(price * each, 4),
            "netamount": np.round(foreign * rate, 2),
            "foreignamount": foreign,
            "createdfrom": created,
            "isclosed": np.ones(len(sku), dtype=bool),
            "units": unit,
        }
        self._post("ItemRcpt", day[first], group, head, line, rng)

    def _transfers(self, month: Month, rng: np.random.Generator) -> None:
        day, sku, source, to, units, arrival = Journal.merged(month.journal.transfers, 6)
        if not len(day):
            return
        days = self.world.config.days
        tidy = np.lexsort((sku, to, source, day))
        day, sku, source, to, units, arrival = (x[tidy] for x in (day, sku, source, to, units, arrival))
        change = (
            (np.diff(day, prepend=-1) != 0)
            | (np.diff(source, prepend=-1) != 0)
            | (np.diff(to, prepend=-1) != 0)
        )
        group = np.cumsum(change) - 1
        first = np.flatnonzero(change)
        there = arrival < days
        head = {
            "due": arrival[first],
            "close": np.where(there[first], arrival[first], -1),
            "status": pick(["Received", "Pending Receipt"], (~there[first]).astype(np.int64)),
        }
        both = np.repeat(np.arange(len(sku)), 2)
        inward = np.tile([False, True], len(sku))
        cost = self.world.assortment.cost[sku][both]
        signed = np.where(inward, units[both], -units[both])
        line = {
            "item": ITEM_BASE + sku[both],
            "location": LOCATION_BASE + np.where(inward, to[both], source[both]),
            "quantity": signed.astype(np.float64),
            "quantityshiprecv": np.where(inward & ~there[both], 0, units[both]),
            "rate": cost,
            "netamount": np.round(cost * signed, 2),
            "foreignamount": np.round(cost * signed, 2),
            "isclosed": there[both],
            "expected": arrival[both],
            "units": np.ones(len(both), dtype=np.int64),
        }
        self._post("TrnfrOrd", day[first], group[both], head, line, rng)

    def _adjust(
        self,
        day: IntArray,
        sku: IntArray,
        place: IntArray,
        units: IntArray,
        memo: IntArray,
        rng: np.random.Generator,
    ) -> None:
        if not len(day):
            return
        change = (
            (np.diff(day, prepend=-1) != 0)
            | (np.diff(place, prepend=-1) != 0)
            | (np.diff(memo, prepend=-1) != 0)
        )
        group, first = np.cumsum(change) - 1, np.flatnonzero(change)
        cost = self.world.assortment.cost[sku]
        value = np.round(cost * units, 2)
        head = {
            "close": day[first],
            "memo": pick(list(MEMOS), memo[first]),
            "status": pick(["Approved"], np.zeros(len(first), dtype=np.int64)),
        }
        line = {
            "item": ITEM_BASE + sku,
            "location": LOCATION_BASE + place,
            "quantity": units.astype(np.float64),
            "rate": cost,
            "netamount": value,
            "foreignamount": value,
            "isclosed": np.ones(len(sku), dtype=bool),
            "units": np.ones(len(sku), dtype=np.int64),
        }
        self._post("InvAdjst", day[first], group, head, line, rng)

    def _post(
        self,
        kind: str,
        day: IntArray,
        group: IntArray,
        head: dict[str, Any],
        line: dict[str, Any],
        rng: np.random.Generator,
    ) -> IntArray:
        """Write transactions with a main line and item lines each; `group` numbers them from 0, sorted."""
        config = self.world.config
        n = len(day)
        ids = 100_001 + self.transactions + np.arange(n)
        self.transactions += n
        serial = self.numbers.get(kind, 0) + 1 + np.arange(n)
        self.numbers[kind] = self.numbers.get(kind, 0) + n
        prefix = "PO" if kind == "PurchOrd" else kind.upper()
        stamp = self._when(day, _STAMP_HOUR[kind])
        sync = Sync(config, rng)
        close = head.get("close", np.full(n, -1))
        self.sink.write(
            "raw/netsuite/transaction",
            {
                "id": ids,
                "type": kind,
                "transactionnumber": numbered(prefix, serial, width=6),
                "trandate": self._when(day, 0),
                "createddate": stamp,
                "duedate": self._when(head["due"], 0) if "due" in head else None,
                "closedate": np.where(
                    close >= 0, self._when(np.maximum(close, 0), 0), np.datetime64("NaT", "us")
                ),
                "entity": head.get("entity"),
                "status": head["status"],
                "currency": head.get("currency", "GBP"),
                "exchangerate": head.get("exchangerate", 1.0),
                "memo": head.get("memo"),
                "_fivetran_synced": sync.after(stamp),
            },
        )
        # main line first, then the items, each transaction's lines together
        owner = np.concatenate([np.arange(n), group])
        main = np.concatenate([np.ones(n, dtype=bool), np.zeros(len(group), dtype=bool)])
        order = np.lexsort((~main, owner))
        owner, main = owner[order], main[order]
        total = np.bincount(group, line["netamount"], minlength=n)

        def laid(name: str, top: Any, kind_of: type = float) -> np.ndarray[Any, Any]:
            values = np.asarray(line[name]) if name in line else np.zeros(len(group), dtype=kind_of)
            return np.concatenate([np.full(n, top) if np.isscalar(top) else top, values])[order]

        item = laid("item", 0, int)
        expected = laid("expected", -1, int) if "expected" in line else np.full(len(owner), -1)
        source = laid("createdfrom", 0, int)
        sequence = np.arange(len(owner)) - np.searchsorted(owner, owner)
        line_id = 1_000_001 + self.lines + np.arange(len(owner))
        self.lines += len(owner)
        table = frame(
            self.sink.schema("raw/netsuite/transactionline"),
            {
                "id": line_id,
                "transaction": ids[owner],
                "item": pa.array(item, mask=main),
                "location": pa.array(laid("location", 0, int), mask=main),
                "quantity": pa.array(laid("quantity", 0.0), mask=main),
                "quantityshiprecv": pa.array(laid("quantityshiprecv", 0.0).astype(float), mask=main),
                "quantitybilled": pa.array(laid("quantitybilled", 0.0).astype(float), mask=main),
                "quantitycommitted": pa.array(np.zeros(len(owner)), mask=main),
                "quantitybackordered": pa.array(laid("quantitybackordered", 0.0).astype(float), mask=main),
                "rate": pa.array(laid("rate", 0.0), mask=main),
                "netamount": np.round(laid("netamount", np.abs(total)), 2),
                "foreignamount": np.round(
                    laid("foreignamount", np.abs(np.bincount(group, line["foreignamount"], minlength=n))), 2
                ),
                "expectedreceiptdate": np.where(
                    expected >= 0, self._when(np.maximum(expected, 0), 0), np.datetime64("NaT", "us")
                ),
                "createdfrom": pa.array(source, mask=source == 0),
                "isclosed": laid("isclosed", False, bool).astype(bool),
                "mainline": main,
                "linesequencenumber": sequence,
                "units": pa.array(laid("units", 0, int), mask=main),
                "_fivetran_synced": sync.after(stamp[owner]),
                "_fivetran_deleted": False,
            },
        )
        self._spoil(kind, table, line_id, main, sync, rng)
        return ids

    def _spoil(
        self,
        kind: str,
        table: pa.Table,
        line_id: IntArray,
        main: BoolArray,
        sync: Sync,
        rng: np.random.Generator,
    ) -> None:
        """Write the lines with re-sync duplicates, and sales lines that someone deleted later."""
        mess = self.world.config.mess
        extra = np.zeros(0, dtype=np.int64)
        if kind == "SalesOrd":
            extra = np.flatnonzero(~main & (rng.random(len(main)) < 0.003 * mess))
        gone = table.take(pa.array(extra))
        table, again = sync.repeated(table)
        self.defects.add("netsuite", "transactionline", line_id[again], "duplicate_row")
        if len(extra):
            fresh = 900_000_000 + line_id[extra]
            at, deleted = gone.column_names.index("id"), gone.column_names.index("_fivetran_deleted")
            gone = gone.set_column(at, "id", pa.array(fresh))
            gone = gone.set_column(deleted, "_fivetran_deleted", pa.array(np.ones(len(extra), dtype=bool)))
            table = pa.concat_tables([table, gone.cast(table.schema)])
            self.defects.add("netsuite", "transactionline", fresh, "soft_deleted")
        self.sink.write("raw/netsuite/transactionline", table)

    def _when(self, day: IntArray, hour: int) -> np.ndarray[Any, Any]:
        midnight = (self.world.config.first_day + np.asarray(day)).astype("datetime64[us]")
        return midnight + np.timedelta64(hour, "h")
