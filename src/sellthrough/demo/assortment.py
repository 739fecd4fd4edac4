"""The assortment: SKUs with their true parameters, suppliers with their lead-time laws, kits and ranging."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sellthrough.demo.catalogue import CATEGORIES, Supplier, build_suppliers
from sellthrough.demo.config import (
    LOCATIONS,
    POINTS,
    BoolArray,
    DemoConfig,
    FloatArray,
    IntArray,
    StrArray,
    stream,
)

__all__ = ["Assortment", "build_assortment", "ean13", "rounded_price"]

ALWAYS, NEVER = -100_000, 100_000  # launch long before, phase-out long after the window

_COLOURS = (
    ("BLU", "Harbour Blue"),
    ("GRN", "Pine Green"),
    ("NAT", "Natural"),
    ("RED", "Buoy Red"),
    ("GRY", "Slate"),
    ("WHT", "Chalk"),
)
_ADJECTIVES = (
    "Quayside",
    "Lighthouse",
    "Driftwood",
    "Saltmarsh",
    "Fisherman's",
    "Woodland",
    "Tideline",
    "Heather",
)


@dataclass(frozen=True)
class Assortment:
    """What is fixed about SKUs, suppliers and cells before the first day; arrays run over SKUs or cells."""

    sku_id: StrArray
    number: IntArray
    colour: StrArray
    title: StrArray
    barcode: StrArray
    asin: StrArray
    category: IntArray
    subcategory: IntArray
    subcategory_name: StrArray
    list_price: FloatArray
    cost: FloatArray
    pack: IntArray
    elasticity: FloatArray
    cross_elasticity: FloatArray
    trend: FloatArray
    base: FloatArray
    dispersion: FloatArray
    intermittent: BoolArray
    is_kit: BoolArray
    launch: IntArray
    phase_out: IntArray
    successor: IntArray
    supplier: IntArray
    moq: IntArray
    overbuy: FloatArray
    kit: IntArray  # SKU index of each kit
    kit_component: IntArray  # (kits, 3) SKU index, -1 where there is none
    kit_quantity: IntArray  # (kits, 3)
    cell_sku: IntArray
    cell_point: IntArray
    cell_base: FloatArray
    stocked: BoolArray  # (SKUs, locations)
    suppliers: tuple[Supplier, ...]

    @property
    def n(self) -> int:
        """Number of SKUs."""
        return len(self.sku_id)


def ean13(body: IntArray) -> StrArray:
    """Complete twelve-digit numbers with the check digit of EAN-13.

    Examples
    --------
    >>> ean13(np.array([400638133393])).tolist()
    ['4006381333931']
    """
    digits = body[:, None] // 10 ** np.arange(11, -1, -1) % 10
    check = -(digits @ np.array([1, 3] * 6)) % 10
    return np.array(
        [f"{b:012d}{c}" for b, c in zip(body.tolist(), check.tolist(), strict=True)], dtype=object
    )


def rounded_price(price: FloatArray) -> FloatArray:
    """Round prices to a retailer's price points: .50 and .95 below 30, whole less five pence above.

    Examples
    --------
    >>> rounded_price(np.array([7.2, 18.61, 41.3])).tolist()
    [7.5, 18.95, 40.95]
    """
    whole = np.floor(price)
    small = np.where(price - whole < 0.6, whole + 0.5, whole + 0.95)
    return np.asarray(np.round(np.where(price < 30.0, small, np.round(price) - 0.05), 2), dtype=np.float64)


def build_assortment(config: DemoConfig) -> Assortment:
    """Draw the assortment of a world.

    The rates of sale are heavy-tailed: most units sell in a fifth of the SKUs and about 35 % of the SKUs are
    intermittent. About a tenth of the SKUs are launched within the window, most as successors of SKUs
    that are phased out; 4 % are kits of two or three components, no component standing in two kits.
    """
    rng = stream(config, 1)
    n = config.skus
    category = rng.choice(len(CATEGORIES), n, p=[0.14, 0.11, 0.13, 0.1, 0.16, 0.12, 0.13, 0.11])
    widths = np.array([len(c.subcategories) for c in CATEGORIES])
    local_sub = np.floor(rng.random(n) * widths[category]).astype(np.int64)
    subcategory = np.concatenate([[0], np.cumsum(widths)[:-1]])[category] + local_sub
    sub_names = np.array([s for c in CATEGORIES for s in c.subcategories], dtype=object)

    number = 101 + 3 * np.arange(n)
    colour_at = rng.integers(0, len(_COLOURS), n)
    colour = np.array([c for c, _ in _COLOURS], dtype=object)[colour_at]
    sku_id = np.array([f"HP-{k:05d}-{c}" for k, c in zip(number.tolist(), colour, strict=True)], dtype=object)
    singular = np.array([s.removesuffix("s") for s in sub_names], dtype=object)[subcategory]
    word = np.array(_ADJECTIVES, dtype=object)[rng.integers(0, len(_ADJECTIVES), n)]
    long_colour = np.array([c for _, c in _COLOURS], dtype=object)[colour_at]
    title = np.array(
        [f"{w} {s}, {c}" for w, s, c in zip(word, singular, long_colour, strict=True)], dtype=object
    )

    price = rounded_price(np.array([c.price for c in CATEGORIES])[category] * np.exp(rng.normal(0, 0.45, n)))
    cost = np.round(price / 1.2 * rng.uniform(0.32, 0.48, n), 2)
    elasticity = np.clip(
        np.array([c.elasticity for c in CATEGORIES])[category] + rng.normal(0, 0.35, n), -4.0, -0.8
    )
    intermittent = rng.random(n) < 0.35
    base = np.where(intermittent, rng.uniform(0.03, 0.22, n), np.exp(rng.normal(0.0, 1.1, n)))
    pack = rng.choice([4, 6, 12, 24], n, p=[0.2, 0.4, 0.3, 0.1])
    pack = np.where(intermittent, rng.choice([2, 4, 6], n), pack)  # slow sellers come in small cases
    fast = ~intermittent
    base[fast] *= 1.2 * n / max(base[fast].sum(), 1e-9)  # a good retail unit a day for each SKU
    base[fast] = np.minimum(base[fast], 9.0)
    dispersion = np.where(intermittent, rng.uniform(0.3, 0.8, n), rng.uniform(2.0, 8.0, n))
    trend = rng.normal(0.04, 0.08, n)

    suppliers = build_suppliers(rng)
    by_region = {r: [i for i, s in enumerate(suppliers) if s.region == r] for r in ("UK", "EU", "Far East")}
    region_odds = {"Home": (0.55, 0.3, 0.15), "Apparel": (0.2, 0.35, 0.45), "Outdoor": (0.3, 0.3, 0.4)}
    supplier = np.empty(n, dtype=np.int64)
    for i, cat in enumerate(category.tolist()):
        region = rng.choice(["UK", "EU", "Far East"], p=region_odds[CATEGORIES[cat].division])
        options = by_region[str(region)]
        supplier[i] = options[int(rng.integers(len(options)))]

    is_kit, kit, component, kit_quantity = _draw_kits(rng, n, base, intermittent)
    launch, phase_out, successor = _draw_lives(rng, config, category, is_kit, component)
    for k in range(len(kit)):  # a kit costs its parts and sells a tenth cheaper than they
        parts, amounts = component[k][component[k] >= 0], kit_quantity[k][component[k] >= 0]
        price[kit[k]] = rounded_price(np.array([0.9 * (price[parts] * amounts).sum()]))[0]
        cost[kit[k]] = round(float((cost[parts] * amounts).sum()), 2)
        title[kit[k]] = f"{title[kit[k]]} Gift Set"

    cell_sku, cell_point, cell_base = _draw_ranging(rng, base, intermittent, is_kit, component, pack)
    stocked = np.zeros((n, len(LOCATIONS)), dtype=bool)
    where = np.array([0, 3, 0, 2, 1, 4, 5, 6, 7, 8, 9])[cell_point]
    stocked[cell_sku, where] = True
    stocked[:, 0] |= stocked[:, 3]
    stocked[:, 1] |= stocked[:, 4:].any(axis=1)
    stocked[component[component >= 0], 0] = True
    stocked[is_kit] = False

    moq = pack * rng.choice([1, 2, 4], n)
    far = np.array([s.region == "Far East" for s in suppliers])[supplier]
    return Assortment(
        sku_id=sku_id,
        number=number,
        colour=colour,
        title=title,
        barcode=ean13(506_010_000_000 + number * 7),
        asin=np.array([f"B0{k * 7919 + 10_000_019:08d}" for k in number.tolist()], dtype=object),
        category=category,
        subcategory=subcategory,
        subcategory_name=sub_names[subcategory],
        list_price=price,
        cost=cost,
        pack=pack,
        elasticity=np.round(elasticity, 3),
        cross_elasticity=np.round(rng.uniform(0.2, 0.7, n), 3),
        trend=np.round(trend, 4),
        base=base,
        dispersion=np.asarray(np.round(dispersion, 3), dtype=np.float64),
        intermittent=intermittent,
        is_kit=is_kit,
        launch=launch,
        phase_out=phase_out,
        successor=successor,
        supplier=supplier,
        moq=np.where(far, moq * 2, moq),
        overbuy=np.where(rng.random(n) < 0.1, rng.uniform(1.8, 3.5, n), 1.0),
        kit=kit,
        kit_component=component,
        kit_quantity=kit_quantity,
        cell_sku=cell_sku,
        cell_point=cell_point,
        cell_base=cell_base,
        stocked=stocked,
        suppliers=suppliers,
    )


def _draw_kits(
    rng: np.random.Generator, n: int, base: FloatArray, intermittent: BoolArray
) -> tuple[BoolArray, IntArray, IntArray, IntArray]:
    """Choose kits and their components, each component in one kit at most."""
    count = max(2, round(0.04 * n))
    movers = rng.permutation(np.flatnonzero(~intermittent))
    count = min(count, len(movers) // 4)
    kit, pool = np.sort(movers[:count]), movers[count:]
    sizes = rng.integers(2, 4, count)
    component = np.full((count, 3), -1, dtype=np.int64)
    quantity = np.zeros((count, 3), dtype=np.int64)
    taken = 0
    for k, size in enumerate(sizes.tolist()):
        component[k, :size] = pool[taken : taken + size]
        quantity[k, :size] = rng.choice([1, 1, 2], size)
        taken += size
    base[kit] = np.minimum(base[kit], 0.3 * base[component[:, 0]] + 0.05)
    is_kit = np.zeros(n, dtype=bool)
    is_kit[kit] = True
    return is_kit, kit, component, quantity


def _draw_lives(
    rng: np.random.Generator, config: DemoConfig, category: IntArray, is_kit: BoolArray, component: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Draw launch and phase-out days (day numbers of the window) and who succeeds whom."""
    n, days = config.skus, config.days
    launch = np.full(n, ALWAYS, dtype=np.int64)
    phase_out = np.full(n, NEVER, dtype=np.int64)
    successor = np.full(n, -1, dtype=np.int64)
    free = ~is_kit
    free[component[component >= 0]] = False
    order = rng.permutation(np.flatnonzero(free))
    pairs = max(2, round(0.06 * n))
    for old in order[:pairs].tolist():
        heirs = [
            j
            for j in order[pairs : pairs * 6].tolist()
            if category[j] == category[old] and launch[j] == ALWAYS
        ]
        day = int(rng.integers(int(days * 0.25), days + 60))
        phase_out[old] = day
        if heirs:
            successor[old] = heirs[0]
            launch[heirs[0]] = day - int(rng.integers(7, 35))
    for new in order[pairs * 6 : pairs * 6 + max(1, round(0.04 * n))].tolist():
        launch[new] = int(rng.integers(int(days * 0.15), days + 45))
    return launch, phase_out, successor


def _draw_ranging(
    rng: np.random.Generator,
    base: FloatArray,
    intermittent: BoolArray,
    is_kit: BoolArray,
    component: IntArray,
    pack: IntArray,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Choose where each SKU is sold and its base rate there, in units a day (wholesale: cases a day)."""
    n = len(base)
    chance = dict(zip(POINTS, (0.97, 0.5, 0.4, 0.6, 0.45, 0.85, 0.55, 0.6, 0.65, 0.55, 0.6), strict=True))
    weight = dict(
        zip(POINTS, (0.40, 0.20, 0.07, 0.15, 0.0, 0.095, 0.045, 0.05, 0.055, 0.045, 0.055), strict=True)
    )
    skus, points, rates = [], [], []
    for p, name in enumerate(POINTS):
        odds = np.full(n, chance[name])
        if name.startswith("s0"):
            odds[intermittent] *= 0.35
        if name == "wholesale":
            odds[intermittent] = 0.05
        if name == "amazon_afn":
            odds[intermittent] *= 0.5
        odds[is_kit] = 1.0 if name in ("web", "amazon_mfn") else 0.0
        if name in ("web", "amazon_mfn"):  # where a kit sells, its components sell singly too
            odds[component[component >= 0]] = 1.0
        chosen = np.flatnonzero(rng.random(n) < odds)
        noise = np.exp(rng.normal(0, 0.3, len(chosen)))
        if name == "wholesale":  # some thirteen per cent of all units, by the case
            rate = 0.5 * base[chosen] / pack[chosen] * noise
        else:
            rate = 1.4 * weight[name] * base[chosen] * noise
        skus.append(chosen)
        points.append(np.full(len(chosen), p))
        rates.append(rate)
    sold = np.isin(np.arange(n), np.concatenate(skus))
    missing = np.flatnonzero(~sold)  # whatever nobody ranged is sold on the web
    skus.append(missing)
    points.append(np.zeros(len(missing), dtype=np.int64))
    rates.append(0.5 * base[missing])
    sku, point, rate = np.concatenate(skus), np.concatenate(points), np.concatenate(rates)
    order = np.lexsort((sku, point))
    return sku[order], point[order], rate[order]
