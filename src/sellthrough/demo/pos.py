"""The tills of the six stores: sales lines by barcode, one file per year."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sellthrough.demo.baskets import customers_of, fill_baskets, utc_of
from sellthrough.demo.config import IntArray, StrArray, stream
from sellthrough.demo.defects import Defects
from sellthrough.demo.schemas import RAW, schema_of
from sellthrough.demo.shop_facts import with_column
from sellthrough.demo.simulate import Month, World
from sellthrough.demo.sink import Sink, Sync, before_load, frame, loaded_at_night, numbered, pick

__all__ = ["Tills", "mistyped", "shared_barcodes"]

_HOUR = 3_600_000_000


def mistyped(barcode: str, place: int, step: int) -> str:
    """Change one digit of a barcode, as fingers do.

    Examples
    --------
    >>> mistyped("4006381333931", 4, 3)
    '4006681333931'
    """
    digit = (int(barcode[place]) + step) % 10
    return f"{barcode[:place]}{digit}{barcode[place + 1 :]}"


class Tills:
    """Writes ``pos/sales_line/<year>``; returns are kept until their month comes."""

    def __init__(self, world: World, sink: Sink, defects: Defects, shared: StrArray) -> None:
        self.world, self.sink, self.defects = world, sink, defects
        self.receipts = 0
        self.pending: pa.Table | None = None
        self.shared = set(shared.tolist())
        self.pool = max(200, world.config.skus * world.config.days // 30) // 20 * 20
        first, last = (int(str(d)[:4]) for d in (world.config.first_day, world.config.last_day))
        # the oldest year comes from the former tills: prices net of discount, a column more and one less
        self.drift_year = first if last > first and world.config.mess > 0 else 0

    def month(self, month: Month) -> None:
        """Write a month of all stores, with the returns of earlier sales that fall into it."""
        parts = [self._store(month, store) for store in range(6)]
        table = pa.concat_tables(
            [t for t in parts if t is not None] + ([self.pending] if self.pending else [])
        )
        config = self.world.config
        sold_day = table.column("day").to_numpy()
        now = np.flatnonzero(sold_day < month.stop)
        self.pending = table.take(
            pa.array(np.flatnonzero((sold_day >= month.stop) & (sold_day < config.days)))
        )
        table = table.take(pa.array(now)).sort_by(
            [("sold_at", "ascending"), ("receipt_id", "ascending"), ("line_no", "ascending")]
        )
        self._write(table.drop_columns(["day"]), month)

    def _store(self, month: Month, store: int) -> pa.Table | None:
        config, a = self.world.config, self.world.assortment
        rng = stream(config, 40, store, month.index)
        b = fill_baskets(self.world, month, 5 + store, rng)
        if not len(b.order):
            return None
        receipt = self.receipts + np.arange(len(b.day))
        self.receipts += len(b.day)
        line_no = np.arange(len(b.order)) - np.searchsorted(b.order, b.order) + 1
        day = b.day[b.order]
        price = month.list_price[day - month.start, b.sku]
        rate = month.discount[day - month.start, b.sku, 3]
        discount = np.round(price * b.quantity * rate, 2)
        member = rng.random(len(b.day)) < np.array([0.35, 0.85, 0.25])[b.kind]
        who = customers_of(rng, config, b.day, b.kind, self.pool)
        till = rng.integers(1, 4, len(b.day))
        sold = frame(
            _LONG,
            {
                "store_code": f"S{store + 1:02d}",
                "till_id": numbered("T", till[b.order]),
                "receipt_id": numbered(f"R{store + 1}", receipt[b.order], width=8),
                "line_no": line_no,
                "sold_at": utc_of(b.wall)[b.order].astype("datetime64[us]"),
                "barcode": pick(a.barcode, b.sku),
                "qty": b.quantity,
                "unit_price": price,
                "discount_amount": discount,
                "is_return": False,
                "loyalty_id": numbered("LY", who[b.order], width=7),
                "day": day,
            },
        )
        sold = _blank(sold, "loyalty_id", ~member[b.order])
        back = np.flatnonzero(b.returned > 0)
        when = (config.first_day + b.return_day[back]).astype("datetime64[us]").astype(np.int64)
        when = when + rng.integers(10, 17, len(back)) * _HOUR + rng.integers(0, 3600, len(back)) * 1_000_000
        returned = frame(
            _LONG,
            {
                "store_code": f"S{store + 1:02d}",
                "till_id": numbered("T", till[b.order[back]]),
                "receipt_id": numbered(f"B{store + 1}", receipt[b.order[back]], width=8),
                "line_no": line_no[back],
                "sold_at": utc_of(when).astype("datetime64[us]"),
                "barcode": pick(a.barcode, b.sku[back]),
                "qty": b.returned[back],
                "unit_price": price[back],
                "discount_amount": np.round(discount[back] * b.returned[back] / b.quantity[back], 2),
                "is_return": True,
                "loyalty_id": sold.column("loyalty_id").take(pa.array(back)),
                "day": b.return_day[back],
            },
        )
        return pa.concat_tables([sold, returned])

    def _write(self, table: pa.Table, month: Month) -> None:
        config = self.world.config
        mess = stream(config, 41, month.index)
        codes = table.column("barcode").to_numpy(zero_copy_only=False)
        typed = np.flatnonzero(mess.random(len(table)) < 0.003 * config.mess)
        shared = np.array([c in self.shared for c in codes], dtype=bool)
        shared[typed] = False
        self._log(table, np.flatnonzero(shared), "ambiguous_barcode")
        if len(typed):
            codes = codes.copy()
            place, step = mess.integers(6, 12, len(typed)), mess.integers(1, 10, len(typed))
            for i, p, s in zip(typed.tolist(), place.tolist(), step.tolist(), strict=True):
                codes[i] = mistyped(codes[i], p, s)
            table = with_column(table, "barcode", codes)
            self._log(table, typed, "typed_over_barcode")
        table = self._odd_quantities(table, mess)
        table, again = Sync(config, mess).repeated(table)
        self._log(table, again, "duplicate_row")
        stamp = table.column("sold_at").to_numpy().astype("datetime64[Y]").astype(np.int64) + 1970
        for year in np.unique(stamp).tolist():
            part = table.take(pa.array(np.flatnonzero(stamp == year)))
            if year == self.drift_year:
                part = _old_layout(part)
            self.sink.write(f"raw/pos/sales_line/{year}", loaded_at_night(part, "sold_at"))

    def _log(self, table: pa.Table, at: IntArray, defect: str) -> None:
        self.defects.add("pos", "sales_line", _keys(table.take(pa.array(at))), defect)

    def _odd_quantities(self, table: pa.Table, mess: np.random.Generator) -> pa.Table:
        """Append lines that no customer bought: a slipped finger's negative and absurd quantities."""
        odd = np.flatnonzero(mess.random(len(table)) < 0.0006 * self.world.config.mess)
        if not len(odd):
            return table
        wrong = table.take(pa.array(odd))
        quantity = mess.choice([-1, -3, 99999], len(odd))
        wrong = with_column(wrong, "qty", quantity)
        wrong = with_column(wrong, "is_return", np.zeros(len(odd), dtype=bool))
        wrong = with_column(wrong, "discount_amount", np.zeros(len(odd)))
        wrong = with_column(
            wrong, "receipt_id", pc.binary_join_element_wise("X", wrong.column("receipt_id"), "")
        )
        self._log(wrong, np.flatnonzero(quantity < 0), "negative_quantity")
        self._log(wrong, np.flatnonzero(quantity > 0), "absurd_quantity")
        return pa.concat_tables([table, wrong])


_SHORT = before_load(schema_of(RAW["pos/sales_line"]))
_LONG = _SHORT.append(pa.field("day", pa.int64()))


def _keys(table: pa.Table) -> StrArray:
    """Return ``store|till|receipt|line`` of each line."""
    names = ("store_code", "till_id", "receipt_id", "line_no")
    return np.array(
        ["|".join(map(str, row)) for row in zip(*(table.column(c).to_pylist() for c in names), strict=True)],
        dtype=object,
    )


def _blank(table: pa.Table, column: str, absent: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pa.Table:
    """Set a text column to null where absent."""
    at = table.column_names.index(column)
    values = table.column(at).combine_chunks()
    where = pa.array(np.arange(len(table)), mask=absent)
    return table.set_column(at, table.schema.field(at), values.take(where))


def _old_layout(table: pa.Table) -> pa.Table:
    """Turn lines into the former till's layout: the price net of discount, and the cashier's group."""
    price = table.column("unit_price").to_numpy()
    net = np.round(price - table.column("discount_amount").to_numpy() / table.column("qty").to_numpy(), 4)
    table = table.set_column(table.column_names.index("unit_price"), "unit_price", pa.array(net))
    group = pick(["A", "B", "C"], np.arange(len(table)) % 3)
    return table.drop_columns(["discount_amount"]).append_column("x_cashier_group", group)


def shared_barcodes(world: World) -> tuple[IntArray, IntArray]:
    """Choose pairs of SKUs of which the second carries the first's barcode in the ERP by mistake."""
    a = world.assortment
    if world.config.mess == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    rng = stream(world.config, 42)
    in_store = np.zeros(a.n, dtype=bool)
    in_store[a.cell_sku[a.cell_point >= 5]] = True
    pairs = 1 if world.config.skus < 200 else 2
    owner = rng.permutation(np.flatnonzero(in_store & (a.base < np.median(a.base))))[:pairs]
    other = rng.permutation(np.flatnonzero(~in_store & ~a.is_kit))[:pairs]
    k = min(len(owner), len(other))
    return owner[:k], other[:k]
