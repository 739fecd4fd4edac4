"""The weekly panel of prices and demand as matrices."""

from __future__ import annotations

__all__ = ["PANEL_SCHEMA", "WeeklyPanel", "read_panel"]

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

PANEL_SCHEMA = pa.schema(
    [
        pa.field("sku_id", pa.string(), nullable=False),
        pa.field("channel_id", pa.string(), nullable=False),
        pa.field("category", pa.string()),
        pa.field("week_starts_on", pa.date32(), nullable=False),
        pa.field("demand_units", pa.float64(), nullable=False),
        pa.field("price_amount", pa.float64()),
        pa.field("list_price_amount", pa.float64()),
        pa.field("promotion_share", pa.float64()),
        pa.field("in_stock_share", pa.float64()),
    ]
)
"""What `estimate_elasticities` reads."""

NO_CATEGORY = "without category"


@dataclass(frozen=True)
class WeeklyPanel:
    """Weekly numbers, one row per SKU x channel, sorted by category, SKU, channel.

    Attributes
    ----------
    skus, categories, channels
        Names, sorted.
    category_of_sku, sku, channel
        Codes: per SKU, per row, per row.
    weeks
        First day of each week, days since 1970-01-01.
    demand, price, promotion
        Row x week; zero where unused.
    used
        Weeks that count.
    present
        Weeks that the panel has at all.
    """

    skus: list[str]
    categories: list[str]
    channels: list[str]
    category_of_sku: Ints
    sku: Ints
    channel: Ints
    weeks: Ints
    demand: Floats
    price: Floats
    promotion: Floats
    used: Bools
    present: Bools


def _codes(column: pa.ChunkedArray, name: str) -> tuple[list[str], Ints]:
    """Distinct values, sorted, and each row's place among them."""
    encoded = pc.cast(column, pa.string()).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks)
    if encoded.null_count:
        row = encoded.is_null().to_pylist().index(True)
        raise ValueError(f"{name} is null in row {row} of the price panel; fill it in or leave the row out.")
    encoded = encoded.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda i: str(names[i]))
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return [names[i] for i in order], rank[np.asarray(encoded.indices).astype(np.int64)]


def _numbers(panel: pa.Table, name: str, low: float, high: float, null: float | None) -> Floats:
    column = panel.column(name)
    try:
        values = np.array(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(
            f"Column {name} of the price panel has type {column.type}; cast it to a number."
        ) from error
    missing = np.isnan(values)
    bad = ~missing & ~((values >= low) & (values <= high) & np.isfinite(values))
    if null is None:
        bad |= missing
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        where = ", ".join(str(panel.column(key)[row]) for key in ("sku_id", "channel_id", "week_starts_on"))
        bounds = f"of at least {low:g}" if np.isinf(high) else f"between {low:g} and {high:g}"
        raise ValueError(f"{name} is {values[row]:g} for {where}; give a number {bounds}.")
    return values if null is None else np.where(missing, null, values)


def read_panel(panel: pa.Table, min_in_stock_share: float) -> WeeklyPanel:
    """Check the panel and spread it into matrices.

    A week counts if the item was in stock for at least `min_in_stock_share` of it and has a price above zero.
    A price that is null or zero is taken from the list price. A null share of promotion counts as none, a
    null share of stock as full, a null category as one of its own.

    Parameters
    ----------
    panel
        `PANEL_SCHEMA`, in any order; at least one row.
    min_in_stock_share
        0 to 1.

    Returns
    -------
    WeeklyPanel

    Raises
    ------
    ValueError
        On missing columns, nulls in keys, numbers out of range, a SKU in two categories, weeks that start on
        different weekdays, or two rows for one SKU, channel and week.
    """
    missing = [name for name in PANEL_SCHEMA.names if name not in panel.column_names]
    if missing:
        raise ValueError(
            f"The price panel lacks the column(s) {', '.join(missing)}; add them, null if unknown."
        )
    skus, sku = _codes(panel.column("sku_id"), "sku_id")
    channels, channel = _codes(panel.column("channel_id"), "channel_id")
    categories, category = _codes(
        pc.fill_null(panel.column("category").cast(pa.string()), NO_CATEGORY), "category"
    )
    demand = _numbers(panel, "demand_units", 0.0, np.inf, None)
    price = _numbers(panel, "price_amount", 0.0, np.inf, 0.0)
    listed = _numbers(panel, "list_price_amount", 0.0, np.inf, 0.0)
    promotion = _numbers(panel, "promotion_share", 0.0, 1.0, 0.0)
    in_stock = _numbers(panel, "in_stock_share", 0.0, 1.0, 1.0)
    try:
        days = np.asarray(panel.column("week_starts_on").cast(pa.date32()).cast(pa.int32())).astype(
            np.float64
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        kind = panel.column("week_starts_on").type
        raise ValueError(
            f"Column week_starts_on of the price panel has type {kind}; cast it to a date."
        ) from error
    if np.isnan(days).any():
        row = int(np.flatnonzero(np.isnan(days))[0])
        raise ValueError(f"week_starts_on is null in row {row} of the price panel; give every row its week.")

    first = days.min()
    odd = (days - first) % 7 != 0
    if odd.any():
        day = dt.date(1970, 1, 1) + dt.timedelta(days=int(days[odd][0]))
        start = dt.date(1970, 1, 1) + dt.timedelta(days=int(first))
        raise ValueError(
            f"week_starts_on {day} falls on another weekday than {start}; "
            "let all weeks start on the same one."
        )
    week = ((days - first) // 7).astype(np.int64)
    weeks = int(week.max()) + 1

    category_of_sku = np.full(len(skus), -1, dtype=np.int64)
    category_of_sku[sku] = category
    if (category_of_sku[sku] != category).any():
        row = int(np.flatnonzero(category_of_sku[sku] != category)[0])
        raise ValueError(
            f"SKU {skus[sku[row]]} is in the categories {categories[category[row]]} and "
            f"{categories[category_of_sku[sku[row]]]}; give it one."
        )
    pair = (category * len(skus) + sku) * len(channels) + channel
    pairs, row_of = np.unique(pair, return_inverse=True)
    flat = row_of.reshape(-1) * weeks + week
    ranked = np.sort(flat)
    twice = ranked[1:][ranked[1:] == ranked[:-1]]
    if len(twice):
        name = pairs[twice[0] // weeks]
        day = dt.date(1970, 1, 1) + dt.timedelta(days=int(first + 7 * (twice[0] % weeks)))
        raise ValueError(
            f"SKU {skus[name // len(channels) % len(skus)]} in channel {channels[name % len(channels)]} "
            f"has two rows for the week of {day}; sum them first."
        )

    price = np.where(price > 0, price, listed)
    counts = (price > 0) & (in_stock >= min_in_stock_share)

    def spread(values: npt.NDArray[np.generic]) -> Floats:
        out = np.zeros(len(pairs) * weeks)
        out[flat] = np.where(counts, values, 0.0)
        return out.reshape(len(pairs), weeks)

    present = np.zeros(len(pairs) * weeks, dtype=np.bool_)
    present[flat] = True
    return WeeklyPanel(
        skus=skus,
        categories=categories,
        channels=channels,
        category_of_sku=category_of_sku,
        sku=pairs // len(channels) % len(skus),
        channel=pairs % len(channels),
        weeks=(first + 7 * np.arange(weeks)).astype(np.int64),
        demand=spread(demand),
        price=spread(price),
        promotion=spread(promotion),
        used=spread(np.ones(len(sku))) > 0,
        present=present.reshape(len(pairs), weeks),
    )
