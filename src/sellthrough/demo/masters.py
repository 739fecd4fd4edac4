"""Master data and current stock: written once, as of the last day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.amazon import Amazon
from sellthrough.demo.catalogue import CATEGORIES
from sellthrough.demo.config import LOCATION_NAMES, IntArray, stream
from sellthrough.demo.defects import Defects
from sellthrough.demo.demand import channel_list_price
from sellthrough.demo.netsuite import ITEM_BASE, LOCATION_BASE, VENDOR_BASE
from sellthrough.demo.people import first_names, last_names, telephones
from sellthrough.demo.pos import shared_barcodes
from sellthrough.demo.shopify import Shop
from sellthrough.demo.simulate import World
from sellthrough.demo.sink import Sink, numbered, pick
from sellthrough.demo.stock import L
from sellthrough.demo.wms import explode

__all__ = ["write_amazon_stock", "write_erp_masters", "write_erp_stock", "write_shop_masters"]


def _synced(world: World) -> Any:
    return (world.config.end - np.timedelta64(3, "h")).astype(object)


def _dates(world: World, day: IntArray, far: int) -> Any:
    """Turn day numbers into dates, null where they lie beyond `far` in either direction."""
    dates = world.config.first_day + day
    return np.where(np.abs(day) >= far, np.datetime64("NaT", "D"), dates)


def write_erp_masters(world: World, sink: Sink, defects: Defects) -> None:
    """Write items, kits, vendors, locations, units and budgets of the ERP."""
    a, config, stamp = world.assortment, world.config, _synced(world)
    n = a.n
    upc = a.barcode.copy()
    owner, other = shared_barcodes(world)
    upc[other] = upc[owner]
    defects.add("netsuite", "item", a.sku_id[other], "shared_barcode")
    gone = np.zeros(n, dtype=bool)
    category = np.array([c.name for c in CATEGORIES], dtype=object)[a.category]
    case_unit = np.searchsorted(np.unique(a.pack), a.pack) + 2
    born = np.where(
        a.launch > -1000, config.first_day + a.launch - 60, config.first_day - 400 - np.arange(n) % 900
    )
    columns: dict[str, Any] = {
        "id": ITEM_BASE + np.arange(n),
        "itemid": a.sku_id,
        "fullname": a.sku_id,
        "displayname": a.title,
        "itemtype": pick(["InvtPart", "Kit"], a.is_kit.astype(np.int64)),
        "upccode": upc,
        "description": a.title,
        "department": np.array([c.division for c in CATEGORIES], dtype=object)[a.category],
        "class": category,
        "averagecost": a.cost,
        "lastpurchaseprice": np.round(a.cost * 1.01, 4),
        "stockunit": np.ones(n, dtype=np.int64),
        "purchaseunit": case_unit,
        "isinactive": a.phase_out < config.days - 240,
        "createddate": born.astype("datetime64[us]"),
        "x_season": np.array([c.season for c in CATEGORIES], dtype=object)[a.category],
        "x_successor": pick(a.sku_id, a.successor, a.successor < 0),
        "x_launch_on": _dates(world, a.launch, 50_000),
        "x_phase_out_on": _dates(world, a.phase_out, 50_000),
        "x_subcategory": a.subcategory_name,
        "_fivetran_synced": stamp,
        "_fivetran_deleted": gone,
    }
    sink.write("raw/netsuite/item", columns)
    if config.mess > 0:  # items entered twice and deleted again
        k = max(1, round(n * 0.01 * config.mess))
        pick_at = np.arange(k) * 7 % n
        deleted = {
            c: (v.take(pa.array(pick_at)) if isinstance(v, pa.Array) else v[pick_at])
            if isinstance(v, np.ndarray | pa.Array)
            else v
            for c, v in columns.items()
        }
        names = np.array([f"{s}-OLD" for s in a.sku_id[pick_at]], dtype=object)
        deleted |= {
            "id": ITEM_BASE + 500_000 + np.arange(k),
            "itemid": names,
            "fullname": names,
            "_fivetran_deleted": np.ones(k, dtype=bool),
            "upccode": None,
        }
        sink.write("raw/netsuite/item", deleted)
        defects.add("netsuite", "item", names, "soft_deleted")
    row, j = np.nonzero(a.kit_component >= 0)
    sink.write(
        "raw/netsuite/itemmember",
        {
            "parentitem": ITEM_BASE + a.kit[row],
            "item": ITEM_BASE + a.kit_component[row, j],
            "quantity": a.kit_quantity[row, j].astype(float),
            "_fivetran_synced": stamp,
        },
    )
    bought = np.flatnonzero(~a.is_kit)
    quoted = np.array([s.quoted_days for s in a.suppliers])
    sink.write(
        "raw/netsuite/itemvendor",
        {
            "item": ITEM_BASE + bought,
            "vendor": VENDOR_BASE + a.supplier[bought],
            "preferredvendor": True,
            "vendorcode": numbered("V", a.number[bought] * 13),
            "purchaseprice": a.cost[bought],
            "leadtime": quoted[a.supplier[bought]],
            "x_moq": a.moq[bought],
            "x_case_pack": a.pack[bought],
            "_fivetran_synced": stamp,
        },
    )
    kinds = ["Warehouse", "Warehouse", "Third party", "Marketplace", *["Store"] * 6]
    sink.write(
        "raw/netsuite/location",
        {
            "id": LOCATION_BASE + np.arange(L),
            "name": np.array(LOCATION_NAMES, dtype=object),
            "fullname": np.array(LOCATION_NAMES, dtype=object),
            "locationtype": np.array(kinds, dtype=object),
            "subsidiary": np.array([1, 1, 2, *[1] * 7]),
            "makeinventoryavailable": True,
            "isinactive": False,
            "_fivetran_synced": stamp,
        },
    )
    s = a.suppliers
    sink.write(
        "raw/netsuite/vendor",
        {
            "id": VENDOR_BASE + np.arange(len(s)),
            "entityid": numbered("SUP", 1 + np.arange(len(s)), width=3),
            "companyname": np.array([x.name for x in s], dtype=object),
            "currency": np.array([x.currency for x in s], dtype=object),
            "terms": np.array(["Net 60" if x.region == "Far East" else "Net 30" for x in s], dtype=object),
            "_fivetran_synced": stamp,
        },
    )
    packs = np.unique(a.pack)
    sink.write(
        "raw/netsuite/unitstypeuom",
        {
            "internalid": np.arange(1, len(packs) + 2),
            "unitname": np.array(["Each", *[f"Case of {p}" for p in packs.tolist()]], dtype=object),
            "conversionrate": np.array([1.0, *packs.astype(float).tolist()]),
            "baseunit": np.array([True] + [False] * len(packs)),
            "_fivetran_synced": stamp,
        },
    )
    _write_budgets(world, sink)


def _write_budgets(world: World, sink: Sink) -> None:
    """Write monthly budgets of sales, cost of sales and purchases by division."""
    config = world.config
    rng = stream(config, 70)
    months = np.unique((config.first_day + np.arange(config.days + 92)).astype("datetime64[M]"))
    divisions = sorted({c.division for c in CATEGORIES})
    accounts = (("4000 Sales", 1.0), ("5000 Cost of sales", 0.42), ("1200 Stock purchases", 0.45))
    grid = [(m, d, k) for m in range(len(months)) for d in range(len(divisions)) for k in range(3)]
    m, d, k = (np.array(x) for x in zip(*grid, strict=True))
    level = np.array([220_000.0, 170_000.0, 45_000.0])[d] * config.skus / 300
    month = months.astype(np.int64)[m] % 12
    season = 1 + 0.35 * np.cos(2 * np.pi * (month - 11) / 12)
    amount = np.round(
        level * season * np.array([x for _, x in accounts])[k] * rng.uniform(0.9, 1.1, len(m)), -2
    )
    sink.write(
        "raw/netsuite/budgets",
        {
            "account": pick([x for x, _ in accounts], k),
            "department": pick(divisions, d),
            "period": months[m].astype("datetime64[us]"),
            "amount": amount,
            "_fivetran_synced": _synced(world),
        },
    )


def committed(world: World, shops: list[Shop], amazon: Amazon) -> IntArray:
    """Return units of orders that wait to be packed after the last day, shape (SKUs, locations)."""
    out = np.zeros((world.assortment.n, L), dtype=np.int64)
    for source, place in ((shops[0], 0), (shops[1], 2), (amazon, 0)):
        sku = np.flatnonzero(source.late_last_day)
        _, part, units = explode(world, sku, source.late_last_day[sku])
        np.add.at(out[:, place], part, units)
    return out


def write_erp_stock(world: World, sink: Sink, waiting: IntArray, backordered: IntArray) -> None:
    """Write the current stock of all ten locations; on hand counts what is sold and not yet packed."""
    a, buyer = world.assortment, world.buyer
    sku, place = np.nonzero(a.stocked)
    available = world.room.record.reshape(-1, L)[sku, place]
    transit = world.room.in_transit.reshape(-1, L)[sku, place]
    on_order = np.where(place < 3, buyer.on_order[sku, np.minimum(place, 2)], 0)
    held = waiting[sku, place]
    quoted = np.array([s.quoted_days for s in a.suppliers])[a.supplier]
    sink.write(
        "raw/netsuite/aggregateitemlocation",
        {
            "item": ITEM_BASE + sku,
            "location": LOCATION_BASE + place,
            "quantityonhand": (available + held).astype(float),
            "quantityavailable": available.astype(float),
            "quantitycommitted": held.astype(float),
            "quantityonorder": on_order.astype(float),
            "quantityintransit": transit.astype(float),
            "quantitybackordered": np.where(place == 1, backordered[sku], 0).astype(float),
            "averagecostmli": a.cost[sku],
            "reorderpoint": buyer.minimum[sku, place].astype(float),
            "preferredstocklevel": buyer.maximum[sku, place].astype(float),
            "safetystocklevel": np.ceil(buyer.minimum[sku, place] * 0.3),
            "leadtime": np.where(place < 3, quoted[sku], 4),
            "_fivetran_synced": _synced(world),
        },
    )


def write_amazon_stock(world: World, sink: Sink, amazon: Amazon) -> None:
    """Write what stands in Amazon's warehouse and what is on its way there."""
    a = world.assortment
    sku = np.flatnonzero(a.stocked[:, 3])
    here = world.room.record.reshape(-1, L)[sku, 3]
    coming = world.room.in_transit.reshape(-1, L)[sku, 3]
    zero = np.zeros(len(sku), dtype=np.int64)
    sink.write(
        "raw/amazon/fba_inventory_summary",
        {
            "asin": pick(a.asin, sku),
            "fn_sku": numbered("X00", a.number[sku] * 31, width=7),
            "seller_sku": pick(amazon.spelling[1], sku),
            "fulfillable_quantity": here,
            "inbound_working_quantity": zero,
            "inbound_shipped_quantity": coming,
            "inbound_receiving_quantity": zero,
            "total_reserved_quantity": zero,
            "total_unfulfillable_quantity": zero,
            "total_quantity": here + coming,
            "last_updated_time": _synced(world),
            "_fivetran_synced": _synced(world),
        },
    )


def write_shop_masters(world: World, sink: Sink, defects: Defects, shop: Shop, waiting: IntArray) -> None:
    """Write products, variants, stock by state, locations and customers of one shop."""
    a, f, stamp, config = world.assortment, shop.facts, _synced(world), world.config
    sku = np.unique(a.cell_sku[a.cell_point == f.point])
    base = f.id_base
    born = (np.where(a.launch > -1000, config.first_day + a.launch - 14, config.first_day - 300)[sku]).astype(
        "datetime64[us]"
    )
    stocked = sku[a.stocked[sku, f.location]]
    record = world.room.record.reshape(-1, L)[:, f.location]
    now = world.model.list_price[sku]
    product = {
        "id": base + 600_000_000 + sku,
        "title": pick(a.title, sku),
        "vendor": "Harbour & Pine",
        "product_type": pick([c.name for c in CATEGORIES], a.category[sku]),
        "status": "active" if f.name == "uk" else "ACTIVE",
        "created_at": born,
        "_fivetran_synced": stamp,
    }
    place = {
        "id": np.array([f.location_id]),
        "name": "Leeds DC" if f.name == "uk" else "Rotterdam",
        "active": True,
        "country_code": "GB" if f.name == "uk" else "NL",
        "_fivetran_synced": stamp,
    }
    if f.name == "eu":
        sink.write_csv("raw/shopify/eu/product", product)
        sink.write_csv("raw/shopify/eu/location", place)
    else:
        shop.write("product", product)
        shop.write("location", place)
    variant = {
        "id": base + 700_000_000 + sku,
        "product_id": base + 600_000_000 + sku,
        "inventory_item_id": base + 750_000_000 + sku,
        "sku": pick(shop.spelling, sku),
        "barcode": pick(a.barcode, sku),
        "title": "Default Title",
        "price": channel_list_price(now, f.channel),
        "inventory_policy": "deny" if f.name == "uk" else "DENY",
        "inventory_quantity": np.where(a.stocked[sku, f.location], record[sku], 0),
        "created_at": born,
        "updated_at": stamp,
        "_fivetran_synced": stamp,
        "_fivetran_deleted": np.zeros(len(sku), dtype=bool),
    }
    shop.write("product_variant", variant)
    if config.mess > 0:
        old = sku[:: max(1, round(80 / config.mess))]
        ids = base + 790_000_000 + old
        shop.write(
            "product_variant",
            {
                "id": ids,
                "product_id": base + 600_000_000 + old,
                "sku": pick(shop.spelling, old),
                "price": 9.95,
                "title": "Former",
                "inventory_quantity": np.zeros(len(old), dtype=np.int64),
                "_fivetran_synced": stamp,
                "_fivetran_deleted": np.ones(len(old), dtype=bool),
            },
        )
        defects.add(f"shopify_{f.name}", "product_variant", ids, "soft_deleted")
    item = base + 750_000_000 + stocked
    level = base + 760_000_000 + stocked
    shop.write(
        "inventory_item",
        {
            "id": item,
            "sku": pick(shop.spelling, stocked),
            "tracked": True,
            "unit_cost_amount": a.cost[stocked],
            "unit_cost_currency_code": "GBP",
            "_fivetran_synced": stamp,
        },
    )
    shop.write(
        "inventory_level",
        {
            "id": level,
            "inventory_item_id": item,
            "location_id": f.location_id,
            "updated_at": stamp,
            "_fivetran_synced": stamp,
        },
    )
    bad = world.room.unsellable[stocked, f.location]
    held, free = waiting[stocked, f.location], record[stocked]
    coming = world.buyer.on_order[stocked, f.location]
    states = {
        "available": free,
        "committed": held,
        "quality_control": bad[:, 0],
        "damaged": bad[:, 1],
        "on_hand": free + held + bad.sum(axis=1),
        "incoming": coming,
    }
    for k, (name, units) in enumerate(states.items()):
        shop.write(
            "inventory_quantity",
            {
                "id": (base + 770_000_000) * 10 + stocked * 10 + k,
                "inventory_level_id": level,
                "inventory_item_id": item,
                "name": name,
                "quantity": units,
                "updated_at": stamp,
                "_fivetran_synced": stamp,
            },
        )
    _write_customers(world, defects, shop)


def _write_customers(world: World, defects: Defects, shop: Shop) -> None:
    """Write the shop's customers in slices; invented people all of them."""
    f, config = shop.facts, world.config
    rng = stream(config, 71, f.channel)
    blocks = shop.pool // 20
    for start in range(0, shop.pool, 200_000):
        who = np.arange(start, min(start + 200_000, shop.pool))
        share = np.maximum(((who // 20) / blocks - 0.1) / 0.9, -0.5)
        since = (config.first_day + np.floor(share * config.days).astype(np.int64)).astype("datetime64[us]")
        gone = rng.random(len(who)) < 0.003 * config.mess
        shop.write(
            "customer",
            {
                "id": f.id_base + 900_000_000 + who,
                "email": numbered(f"{f.name}.customer", who, "@example.com"),
                "created_at": since,
                "default_address_country_code": pick(list(f.countries), who % len(f.countries)),
                "marketing_consent_state": pick(
                    ["subscribed", "not_subscribed"] if f.name == "uk" else ["SUBSCRIBED", "NOT_SUBSCRIBED"],
                    (rng.random(len(who)) < 0.4).astype(int),
                ),
                "first_name": first_names(who),
                "last_name": last_names(who),
                "phone": telephones(who),
                "_fivetran_synced": _synced(world),
                "_fivetran_deleted": pa.array(gone),
            },
        )
        defects.add(f"shopify_{f.name}", "customer", f.id_base + 900_000_000 + who[gone], "soft_deleted")
