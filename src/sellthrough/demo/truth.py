"""The truth tables: what only the simulator can know."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sellthrough.demo.amazon import Amazon
from sellthrough.demo.catalogue import CATEGORIES
from sellthrough.demo.commerce import CUSTOMER_TYPES
from sellthrough.demo.config import (
    CHANNELS,
    FEEDER,
    HORIZON_DAYS,
    LOCATIONS,
    POINTS,
    BoolArray,
    FloatArray,
    stream,
)
from sellthrough.demo.demand import channel_list_price
from sellthrough.demo.schemas import schema_of
from sellthrough.demo.shopify import Shop
from sellthrough.demo.simulate import Month, World, by_place
from sellthrough.demo.sink import Sink, pick
from sellthrough.demo.stock import L

__all__ = ["Truth", "plausible_demand", "season_days_left"]

_DEMAND = schema_of(
    "s:sku_id s:channel_id s:location_id d:date i:demand_units i:sold_units f:in_stock_share f:expected_units"
    " i:demand_units_with_kits f:expected_units_with_kits"
)
_PRICE = schema_of("s:sku_id s:channel_id d:date s:currency f:list_price f:price_paid")


def season_days_left(world: World) -> FloatArray:
    """Return for each SKU how many days of demand count: to the season's end or phase-out, or 126.

    A seasonal category's season ends 75 days after its peak (Christmas: 20); if it ended less than 60 days
    ago, a SKU still counts 45 days of clearance.
    """
    a, last = world.assortment, world.config.last_day
    day_of_year = last.timetuple().tm_yday
    left = np.full(a.n, float(HORIZON_DAYS))
    for i, category in enumerate(CATEGORIES):
        if category.season == "all_year":
            continue
        reach = 20 if category.season == "christmas" else 75
        to_end = (category.peak_day + reach - day_of_year) % 365
        days = 45.0 if to_end > 365 - 60 else min(float(HORIZON_DAYS), float(to_end))
        left[a.category == i] = max(days, 14.0)
    phase_out = np.maximum(a.phase_out - (world.config.days - 1) + 45, 14)
    return np.asarray(np.minimum(left, phase_out), dtype=np.float64)


def plausible_demand(world: World) -> tuple[FloatArray, FloatArray]:
    """Return mean and plausible demand ahead by SKU and location, shape (SKUs, locations) each.

    Plausible is the mean plus 1.645 deviations of the demand until :func:`season_days_left`, kits exploded;
    a warehouse also serves what the places it feeds will lack. Steps the demand model beyond the last day,
    so call it once, when the simulation is over.
    """
    a, days, left = world.assortment, world.config.days, season_days_left(world)
    mean, variance = np.zeros((a.n, L)), np.zeros((a.n, L))
    for ahead in range(1, HORIZON_DAYS + 1):
        level = world.model.day(days - 1 + ahead).expected
        counts = (ahead <= left)[:, None]
        mean += by_place(a, level) * counts
        variance += by_place(a, level * world.model.cell_unit + level**2 / world.model.cell_size) * counts
    stock = world.room.record.reshape(-1, L)
    need = mean + 1.645 * np.sqrt(variance)
    for place, feeder in enumerate(FEEDER):
        if feeder >= 0:
            lacking = np.maximum(mean[:, place] - stock[:, place], 0)
            need[:, feeder] += lacking
            mean[:, feeder] += lacking
    return mean, need


class Truth:
    """Writes the truth tables; the daily ones of a sample of SKUs in large worlds."""

    def __init__(self, world: World, sink: Sink) -> None:
        self.world, self.sink = world, sink
        a, config = world.assortment, world.config
        self.sample: BoolArray = np.ones(a.n, dtype=bool)
        if config.sample_share < 1:
            self.sample = stream(config, 90).random(a.n) < config.sample_share
            for k in range(len(a.kit)):  # a kit's truth is no use without its components'
                parts = a.kit_component[k][a.kit_component[k] >= 0]
                self.sample[parts] |= self.sample[a.kit[k]]
        self.cell_at = np.full((a.n, len(POINTS)), -1, dtype=np.int64)
        self.cell_at[a.cell_sku, a.cell_point] = np.arange(len(a.cell_sku))

    def month(self, month: Month) -> None:
        """Write a month of demand and prices."""
        w, a = self.world, self.world.assortment
        cells = np.flatnonzero(self.sample[a.cell_sku])
        kits = np.flatnonzero(a.is_kit[a.cell_sku])
        with_kits, mean_with_kits = month.demand.copy(), month.expected.copy()
        for cell in kits.tolist():
            row = w.room.kit_row[a.cell_sku[cell]]
            for part, amount in zip(a.kit_component[row].tolist(), a.kit_quantity[row].tolist(), strict=True):
                if part >= 0:
                    target = self.cell_at[part, a.cell_point[cell]]
                    with_kits[:, target] += amount * month.demand[:, cell]
                    mean_with_kits[:, target] += amount * month.expected[:, cell]
            with_kits[:, cell] = 0
            mean_with_kits[:, cell] = 0.0
        open_shelf = month.open_shelf.astype(np.float64)
        share = np.where(month.demand > month.sold, month.sold / np.maximum(month.demand, 1), open_shelf)
        days = np.arange(month.start, month.stop)
        launched = (
            days[:, None] >= a.launch[a.cell_sku[cells]][None]
        )  # nobody asks for what is not yet on sale
        day, k = np.nonzero(launched)
        at = (day, cells[k])
        self.sink.write(
            "truth/demand",
            {
                "sku_id": pick(a.sku_id, a.cell_sku[at[1]]),
                "channel_id": pick(list(CHANNELS), w.model.cell_channel[at[1]]),
                "location_id": pick(list(LOCATIONS), w.model.cell_location[at[1]]),
                "date": w.config.first_day + days[day],
                "demand_units": month.demand[at],
                "sold_units": month.sold[at],
                "in_stock_share": share[at],
                "expected_units": month.expected[at],
                "demand_units_with_kits": with_kits[at],
                "expected_units_with_kits": mean_with_kits[at],
            },
            _DEMAND,
        )
        self._prices(month)

    def _prices(self, month: Month) -> None:
        a = self.world.assortment
        ranged = np.zeros((a.n, len(CHANNELS)), dtype=bool)
        ranged[a.cell_sku, self.world.model.cell_channel] = True
        ranged[~self.sample] = False
        for channel, name in enumerate(CHANNELS):
            sku = np.flatnonzero(ranged[:, channel])
            if not len(sku):
                continue
            listed = channel_list_price(month.list_price[:, sku], channel)
            paid = np.round(listed * (1 - month.discount[:, sku, channel]), 4)
            day = np.repeat(self.world.config.first_day + np.arange(month.start, month.stop), len(sku))
            self.sink.write(
                "truth/price_daily",
                {
                    "sku_id": pick(a.sku_id, np.tile(sku, month.days)),
                    "channel_id": name,
                    "currency": "EUR" if name == "web_eu" else "GBP",
                    "date": day,
                    "list_price": listed.ravel(),
                    "price_paid": paid.ravel(),
                },
                _PRICE,
            )

    def finish(self, shops: list[Shop], amazon: Amazon) -> None:
        """Write everything that is known once: parameters, surplus, phantom stock, identity."""
        self._skus()
        self._laws()
        self._phantoms()
        self._surplus()
        self._identity(shops, amazon)
        pools = [np.arange(shop.pool) for shop in shops]
        kinds = np.array([0, 1, 2, 0, 2, 2, 0, 1, 2, 0, 2, 2, 0, 1, 2, 0, 2, 2, 2, 2])
        schema = schema_of("s:channel_id s:customer_id s:customer_type")
        for shop, pool in zip(shops, pools, strict=True):
            self.sink.write(
                "truth/customers",
                {
                    "channel_id": CHANNELS[shop.facts.channel],
                    "customer_id": shop.facts.id_base + 900_000_000 + pool,
                    "customer_type": pick(list(CUSTOMER_TYPES), kinds[pool % 20]),
                },
                schema,
            )

    def _skus(self) -> None:
        a, first = self.world.assortment, self.world.config.first_day
        schema = schema_of(
            "s:sku_id s:category s:subcategory f:elasticity f:cross_elasticity f:list_price"
            " f:final_list_price f:cost"
            " i:case_pack i:moq_units f:base_units_per_day f:dispersion f:trend_per_year"
            " b:is_intermittent b:is_kit"
            " d:launch_on d:phase_out_on s:successor_sku_id s:season s:supplier f:overbuy_factor"
            " b:is_in_daily_truth"
        )
        nat = np.datetime64("NaT", "D")
        self.sink.write(
            "truth/skus",
            {
                "sku_id": a.sku_id,
                "category": np.array([c.name for c in CATEGORIES], dtype=object)[a.category],
                "subcategory": a.subcategory_name,
                "elasticity": a.elasticity,
                "cross_elasticity": a.cross_elasticity,
                "list_price": a.list_price,
                "final_list_price": self.world.model.list_price,
                "cost": a.cost,
                "case_pack": a.pack,
                "moq_units": a.moq,
                "base_units_per_day": a.base,
                "dispersion": a.dispersion,
                "trend_per_year": a.trend,
                "is_intermittent": a.intermittent,
                "is_kit": a.is_kit,
                "launch_on": np.where(a.launch < -50_000, nat, first + a.launch),
                "phase_out_on": np.where(a.phase_out > 50_000, nat, first + a.phase_out),
                "successor_sku_id": pick(a.sku_id, a.successor, a.successor < 0),
                "season": np.array([c.season for c in CATEGORIES], dtype=object)[a.category],
                "supplier": np.array([s.name for s in a.suppliers], dtype=object)[a.supplier],
                "overbuy_factor": a.overbuy,
                "is_in_daily_truth": self.sample,
            },
            schema,
        )

    def _laws(self) -> None:
        w = self.world
        p = w.commerce.promotions
        self.sink.write(
            "truth/promotions",
            {
                "promotion_id": p.promotion_id,
                "channel_id": pick(list(CHANNELS), p.channel),
                "category": np.array([c.name for c in CATEGORIES], dtype=object)[p.category],
                "sku_id": pick(w.assortment.sku_id, p.sku, p.sku < 0),
                "starts_on": w.config.first_day + p.start,
                "ends_on": w.config.first_day + p.end,
                "discount_rate": p.rate,
                "uplift_beyond_price": p.uplift,
                "dip_share_of_log_uplift": 0.35,
                "dip_days": 7,
            },
            schema_of(
                "s:promotion_id s:channel_id s:category s:sku_id d:starts_on d:ends_on f:discount_rate"
                " f:uplift_beyond_price f:dip_share_of_log_uplift i:dip_days"
            ),
        )
        daily = schema_of("s:platform s:channel_id d:date f:spend_amount f:lift_share")
        for m in w.commerce.media:
            self.sink.write(
                "truth/media",
                {
                    "platform": np.array([m.platform], dtype=object),
                    "channel_id": CHANNELS[m.channel],
                    "adstock_rate": m.carry,
                    "half_saturation": m.half_saturation,
                    "beta": m.beta,
                },
                schema_of("s:platform s:channel_id f:adstock_rate f:half_saturation f:beta"),
            )
            self.sink.write(
                "truth/media_daily",
                {
                    "platform": m.platform,
                    "channel_id": CHANNELS[m.channel],
                    "date": w.config.first_day + np.arange(w.config.days),
                    "spend_amount": m.spend[: w.config.days],
                    "lift_share": m.lift[: w.config.days],
                },
                daily,
            )
        for channel in (0, 1):
            days = np.arange(w.config.days)
            self.sink.write(
                "truth/media_daily",
                {
                    "platform": "klaviyo",
                    "channel_id": CHANNELS[channel],
                    "date": w.config.first_day + days,
                    "spend_amount": None,
                    "lift_share": w.commerce.mail_lift[channel, days],
                },
                daily,
            )
        fields = (
            "name",
            "region",
            "currency",
            "law",
            "lead_mean",
            "lead_sd",
            "quoted_days",
            "late_rate",
            "late_mean",
            "split_rate",
            "short_rate",
        )
        rows = {f: pa.array([getattr(s, f) for s in w.assortment.suppliers]) for f in fields}
        self.sink.write("truth/suppliers", pa.table(rows))
        types = list(CUSTOMER_TYPES.items())
        self.sink.write(
            "truth/customer_types",
            {
                "customer_type": pa.array([k for k, _ in types]),
                "demand_share": np.array([v[0] for _, v in types]),
                "price_response": np.array([v[1] for _, v in types]),
                "promotion_response": np.array([v[2] for _, v in types]),
                "media_response": np.array([v[3] for _, v in types]),
            },
            schema_of(
                "s:customer_type f:demand_share f:price_response f:promotion_response f:media_response"
            ),
        )

    def _phantoms(self) -> None:
        room, config, a = self.world.room, self.world.config, self.world.assortment
        ghost = (room.empty_since >= 0) & (room.empty_since <= config.days - 22) & (room.record >= 3)
        flat = np.flatnonzero(ghost)
        self.sink.write(
            "truth/phantom",
            {
                "sku_id": pick(a.sku_id, flat // L),
                "location_id": pick(list(LOCATIONS), flat % L),
                "record_units": room.record[flat],
                "since": config.first_day + room.empty_since[flat],
            },
            schema_of("s:sku_id s:location_id i:record_units d:since"),
        )

    def _surplus(self) -> None:
        a = self.world.assortment
        left, (mean, need) = season_days_left(self.world), plausible_demand(self.world)
        stock = self.world.room.record.reshape(-1, L)
        spare = np.floor(stock - need).astype(np.int64)
        sku, place = np.nonzero((spare > 1) & a.stocked)  # one unit too many is no surplus
        self.sink.write(
            "truth/surplus",
            {
                "sku_id": pick(a.sku_id, sku),
                "location_id": pick(list(LOCATIONS), place),
                "on_hand_units": stock[sku, place],
                "horizon_days": left[sku].astype(np.int64),
                "expected_demand_units": mean[sku, place],
                "plausible_demand_units": need[sku, place],
                "surplus_units": spare[sku, place],
            },
            schema_of(
                "s:sku_id s:location_id i:on_hand_units i:horizon_days f:expected_demand_units"
                " f:plausible_demand_units i:surplus_units"
            ),
        )

    def _identity(self, shops: list[Shop], amazon: Amazon) -> None:
        """Write which key is which SKU, and the same as the labels that an auditor would land."""
        a, config = self.world.assortment, self.world.config
        code = np.array([s.replace("-", "") if config.mess > 0 else s for s in a.sku_id], dtype=object)
        every = np.arange(a.n)
        at = [np.unique(a.cell_sku[np.isin(a.cell_point, p)]) for p in ((0,), (3,), (1,), (2,), range(5, 11))]
        held = np.flatnonzero(a.stocked[:, :3].any(axis=1))
        rows = (
            ("netsuite", "sku", every, a.sku_id),
            ("shopify_uk", "sku", at[0], shops[0].spelling),
            ("shopify_eu", "sku", at[1], shops[1].spelling),
            ("amazon", "seller_sku", at[2], amazon.spelling[1]),
            ("amazon", "seller_sku", at[3], amazon.spelling[2]),
            ("amazon", "asin", np.union1d(at[2], at[3]), a.asin),
            ("wms", "item_code", held, code),
            ("pos", "barcode", at[4], a.barcode),
        )
        schema = schema_of("s:system s:key_type s:source_key s:sku_id")
        kinds = {"seller_sku": "sku", "item_code": "sku"}
        for system, kind, sku, keys in rows:
            if len(sku):
                name, _, instance = system.partition("_")
                self.sink.write(
                    "raw/audit/sku_identity",
                    {
                        "system": name,
                        "instance": instance or None,
                        "key_type": kinds.get(kind, kind),
                        "source_key": pick(keys, sku),
                        "sku_id": pick(a.sku_id, sku),
                        "reviewed_on": config.last_day,
                        "reviewer": "master data team",
                    },
                )
                self.sink.write(
                    "truth/identity",
                    {
                        "system": system,
                        "key_type": kind,
                        "source_key": pick(keys, sku),
                        "sku_id": pick(a.sku_id, sku),
                    },
                    schema,
                )
