"""The transaction tables of a web shop, one function each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.commerce import Promotions
from sellthrough.demo.config import StrArray
from sellthrough.demo.people import street_names, whole_names
from sellthrough.demo.shop_facts import Batch, Flag, ShopFacts, stamps, with_column
from sellthrough.demo.sink import Sync, numbered, pick

__all__ = [
    "discount_tables",
    "edited_versions",
    "fulfilment_table",
    "line_table",
    "order_table",
    "refund_tables",
]

Tables = dict[str, dict[str, Any]]
_SOURCES = ("web", "shopify_draft_order", "tiktok_shop_x")
_REFERRERS = ("https://www.google.com/", "https://www.instagram.com/", "https://www.facebook.com/",
              "https://www.bing.com/", "")  # fmt: skip
_LANDINGS = ("/", "/collections/new", "/products/quayside-throw")


def order_table(b: Batch, f: ShopFacts, rng: np.random.Generator, sync: Sync) -> dict[str, Any]:
    """Return the columns of ``order``: totals are the sums of the lines, tax included, delivery free."""
    n = len(b.order_id)
    gross = b.per_order(b.net)
    states = [f.word(s) for s in ("paid", "partially_refunded", "refunded", "voided")]
    open_word = None if not f.is_eu else ~b.shipped
    fulfilled = pick([f.word("fulfilled"), "UNFULFILLED"], (~b.shipped).astype(np.int64),
                     None if open_word is not None else ~b.shipped)  # fmt: skip
    drafts = (rng.random(n) < 0.08).astype(np.int64)
    referrer = rng.integers(0, len(_REFERRERS), n)
    country = pick(list(f.countries), b.customer % len(f.countries))
    is_cancelled = b.flag == Flag.CANCELLED
    return {
        "id": b.order_id,
        "name": order_names(b, f),
        "email": numbered(f"{f.name}.customer", b.customer, "@example.com"),
        "customer_id": f.id_base + 900_000_000 + b.customer,
        "source_name": pick(list(_SOURCES), np.where(b.flag == Flag.STRANGE, 2, drafts)),
        "currency": f.currency,
        "created_at": stamps(b.created_us),
        "processed_at": stamps(b.created_us + 1_000_000),
        "updated_at": stamps(b.changed_us),
        "cancelled_at": stamps(b.cancelled_us, is_cancelled),
        "closed_at": stamps(np.where(is_cancelled, b.cancelled_us, b.shipped_us), b.shipped | is_cancelled),
        "cancel_reason": pick(["customer"], np.zeros(n, dtype=np.int64), ~is_cancelled),
        "financial_status": pick(states, b.money_state),
        "fulfillment_status": fulfilled,
        "subtotal_price": gross,
        "total_discounts": b.per_order(b.discount),
        "total_tax": b.per_order(b.tax),
        "total_price": gross,
        "taxes_included": True,
        "test": pa.array(b.flag == Flag.TEST),
        "referring_site": pick(list(_REFERRERS), referrer, referrer == len(_REFERRERS) - 1),
        "landing_site_base_url": pick(list(_LANDINGS), referrer % len(_LANDINGS)),
        "billing_address_country_code": country,
        "shipping_address_country_code": country,
        "shipping_address_name": whole_names(b.customer),
        "shipping_address_address1": street_names(b.customer),
        "token": numbered("tok", b.order_id * 7919 % 1_000_000_007),
        "_fivetran_synced": sync.after(stamps(b.changed_us)),
    }


def order_names(b: Batch, f: ShopFacts) -> pa.Array:
    """Return the order names that customers see, like ``#UK1001``."""
    return numbered(f"#{f.name.upper()}", b.order_id - f.id_base)


def line_table(
    b: Batch, f: ShopFacts, spelling: StrArray, title: StrArray, mess: np.random.Generator, sync: Sync
) -> dict[str, Any]:
    """Return the columns of ``order_line``; the newer interface gives the line's total, not the price."""
    basket, flag = b.basket, b.line_flag
    gift = flag == Flag.GIFT
    sku = pick(spelling, basket.sku, gift)
    ghost = np.flatnonzero(flag == Flag.UNMAPPED)
    if len(ghost):
        text = np.array(sku.to_pylist(), dtype=object)
        text[ghost] = [f"HP-{102 + 3 * int(k):05d}-ZZZ" for k in mess.integers(0, 9, len(ghost))]
        sku = pa.array(text)
    names = pick(np.append(title, "Gift card"), np.where(gift, len(title), basket.sku))
    closed = b.shipped[basket.order] | (flag == Flag.CANCELLED)
    quantity = basket.quantity
    event = stamps(b.created_us[basket.order])
    return {
        "id": b.line_id,
        "order_id": b.order_id[basket.order],
        "product_id": f.id_base + 600_000_000 + basket.sku,
        "variant_id": f.id_base + 700_000_000 + basket.sku,
        "sku": sku,
        "name": names,
        "title": names,
        "vendor": "Harbour & Pine",
        "price": np.round(b.price * quantity, 2) if f.is_eu else b.price,
        "quantity": quantity,
        "total_discount": b.discount,
        "pre_tax_price": np.round(b.net - b.tax, 2),
        "fulfillable_quantity": np.where(closed, 0, quantity),
        "fulfillment_status": pick([f.word("fulfilled")], np.zeros_like(quantity), ~b.shipped[basket.order]),
        "gift_card": pa.array(gift),
        "taxable": pa.array(~gift),
        "requires_shipping": pa.array(~gift),
        "index": np.arange(len(quantity)) - np.searchsorted(basket.order, basket.order),
        "_fivetran_synced": sync.after(event),
    }


def edited_versions(
    b: Batch, f: ShopFacts, orders: pa.Table, lines: pa.Table, names: Callable[[str, str], str]
) -> tuple[pa.Table, pa.Table]:
    """Return the first versions of edited orders and lines: one unit more, synced before the present ones.

    Parameters
    ----------
    b, f
        The month's batch and the shop.
    orders, lines
        The present versions, in the batch's order.
    names
        Gives the shop's name of a (table, column).
    """
    at = b.edited
    owner = b.basket.order[at]
    one = np.round(b.net[at] / b.basket.quantity[at], 2)
    more = b.basket.quantity[at] + 1
    early_line = stamps(b.created_us[owner] + 60_000_000)
    old_lines = lines.take(pa.array(at))
    changes: dict[str, Any] = {
        "quantity": more,
        "total_discount": np.round(b.discount[at] / b.basket.quantity[at] * more, 2),
        "pre_tax_price": np.round((b.net[at] + one) / (1 + f.vat), 2),
        "_fivetran_synced": early_line,
    }
    if f.is_eu:
        changes["price"] = np.round(b.price[at] * more, 2)
    for column, values in changes.items():
        old_lines = with_column(old_lines, names("order_line", column), values)
    old_orders = orders.take(pa.array(owner))
    gross = np.round(b.per_order(b.net)[owner] + one, 2)
    for column, values in (
        ("subtotal_price", gross),
        ("total_price", gross),
        ("total_tax", np.round(gross * f.vat / (1 + f.vat), 2)),
        ("updated_at", stamps(b.created_us[owner])),
        ("_fivetran_synced", early_line),
    ):
        old_orders = with_column(old_orders, names("order", column), values)
    return old_orders, old_lines


def discount_tables(b: Batch, p: Promotions, sync: Sync) -> Tables:
    """Return applications, allocations and codes of discounts: one application per order and promotion."""
    owner_of_line = b.order_id[b.basket.order]
    at = np.flatnonzero((b.promotion >= 0) & (b.discount > 0))
    if not len(at):
        return {}
    pair = owner_of_line[at] * 100_000 + b.promotion[at] % 100_000
    unique, first, position = np.unique(pair, return_index=True, return_inverse=True)
    owner, offer = owner_of_line[at][first], b.promotion[at][first]
    rank = np.arange(len(unique)) - np.searchsorted(owner, owner)  # the pairs come sorted by order
    coded = p.kind[offer] == "category_sale"
    codes = np.array([f"SAVE{round(r * 100)}" for r in p.rate.tolist()], dtype=object)
    created = b.created_us[b.basket.order][at]
    stamp = sync.after(stamps(created[first]))
    tables: Tables = {
        "discount_application": {
            "order_id": owner,
            "index": rank,
            "type": pick(["automatic", "discount_code"], coded.astype(np.int64)),
            "title": pick(p.name, offer),
            "code": pick(codes, offer, ~coded),
            "value": np.round(p.rate[offer] * 100, 2),
            "value_type": "percentage",
            "target_type": "line_item",
            "allocation_method": "across",
            "_fivetran_synced": stamp,
        },
        "discount_allocation": {
            "order_line_id": b.line_id[at],
            "index": np.zeros(len(at), dtype=np.int64),
            "amount": b.discount[at],
            "discount_application_index": rank[position],
            "_fivetran_synced": sync.after(stamps(created)),
        },
    }
    use = np.flatnonzero(coded)
    if len(use):
        tables["discount_code"] = {
            "order_id": owner[use],
            "index": rank[use],
            "code": pick(codes, offer[use]),
            "amount": np.round(np.bincount(position, b.discount[at]), 2)[use],
            "type": "percentage",
            "_fivetran_synced": stamp[use],
        }
    return tables


def refund_tables(b: Batch, f: ShopFacts, serial: int, rng: np.random.Generator, sync: Sync) -> Tables:
    """Return refunds, their lines and goodwill adjustments; a refund's money is its share of the line's."""
    at = np.flatnonzero(b.refunded)
    if not len(at):
        return {}
    refund_id = f.id_base + 800_000_000 + serial + np.arange(len(at))
    when = stamps(b.refund_us[at])
    shelf, part = b.basket.restocked[at], b.basket.returned[at] / b.basket.quantity[at]
    stamp = sync.after(when)
    order_id = b.order_id[b.basket.order[at]]
    reason = np.where(shelf == 0, 0, rng.integers(1, 3, len(at)))
    tables: Tables = {
        "refund": {
            "id": refund_id,
            "order_id": order_id,
            "created_at": when,
            "processed_at": when,
            "restock": pa.array(shelf == 1),
            "note": pick(["Arrived damaged", "Did not fit", "Changed mind"], reason),
            "_fivetran_synced": stamp,
        },
        "order_line_refund": {
            "id": refund_id + 50_000_000,
            "refund_id": refund_id,
            "order_line_id": b.line_id[at],
            "location_id": f.location_id,
            "restock_type": pick([f.word("no_restock"), f.word("return")], shelf),
            "quantity": b.basket.returned[at],
            "subtotal": np.round(b.net[at] * part, 2),
            "total_tax": np.round(b.tax[at] * part, 2),
            "_fivetran_synced": stamp,
        },
    }
    kind = np.flatnonzero(rng.random(len(at)) < 0.06)
    if len(kind):
        tables["order_adjustment"] = {
            "id": refund_id[kind] + 70_000_000,
            "order_id": order_id[kind],
            "refund_id": refund_id[kind],
            "amount": -np.round(rng.uniform(1, 6, len(kind)), 2),
            "tax_amount": np.zeros(len(kind)),
            "kind": "refund_discrepancy",
            "reason": "Goodwill",
            "_fivetran_synced": stamp[kind],
        }
    return tables


def fulfilment_table(b: Batch, f: ShopFacts, sync: Sync) -> dict[str, Any]:
    """Return the columns of ``fulfillment``: one parcel per order that was packed."""
    here = np.flatnonzero(b.shipped)
    when = stamps(b.shipped_us[here])
    return {
        "id": b.order_id[here] + 200_000_000,
        "order_id": b.order_id[here],
        "location_id": f.location_id,
        "status": f.word("success"),
        "created_at": when,
        "updated_at": when,
        "tracking_company": "PostNL" if f.is_eu else "Royal Mail",
        "_fivetran_synced": sync.after(when),
    }
