"""What moves demand beside stock: prices, promotions, media, e-mails and weather, with their true effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sellthrough.demo.assortment import Assortment, rounded_price
from sellthrough.demo.catalogue import CATEGORIES
from sellthrough.demo.config import (
    CHANNELS,
    HORIZON_DAYS,
    BoolArray,
    DemoConfig,
    FloatArray,
    IntArray,
    StrArray,
    stream,
)

__all__ = [
    "CITIES",
    "CUSTOMER_TYPES",
    "Commerce",
    "Media",
    "Promotions",
    "adstock",
    "build_commerce",
    "saturation",
]

CITIES = ("LON", "LDS", "BRS", "YRK", "BTH", "EDI", "RTM")

# share of the base demand, multipliers of the response to price, promotion and media; the shares' means are 1
CUSTOMER_TYPES = {
    "bargain": (0.3, 1.5, 1.6, 0.8),
    "loyal": (0.4, 0.6, 0.6, 0.7),
    "occasional": (0.3, 31 / 30, 28 / 30, 1.6),
}


@dataclass(frozen=True)
class Promotions:
    """Promotions, one row per channel; `sku` is -1 where a whole category is on offer."""

    promotion_id: StrArray
    name: StrArray
    channel: IntArray
    category: IntArray
    sku: IntArray
    start: IntArray
    end: IntArray
    rate: FloatArray
    uplift: FloatArray
    kind: StrArray


@dataclass(frozen=True)
class Media:
    """Daily spend of one platform for one channel, and the law by which it lifts demand.

    ``lift = beta * (1 - exp(-adstock(spend) / half_saturation))`` where adstock keeps `carry` of yesterday's.
    """

    platform: str
    channel: int
    carry: float
    half_saturation: float
    beta: float
    spend: FloatArray
    lift: FloatArray


@dataclass(frozen=True)
class Commerce:
    """The drivers of demand over the window and the horizon after it (`total` days)."""

    total: int
    step_day: IntArray
    step_sku: IntArray
    step_price: FloatArray
    promotions: Promotions
    media: tuple[Media, ...]
    mail_day: IntArray
    mail_channel: IntArray
    mail_lift: FloatArray  # (channels, total)
    media_lift: FloatArray  # (channels, total), e-mails included
    temperature: FloatArray  # (cities, total)
    rain: FloatArray
    sunshine: FloatArray
    weather: FloatArray  # (categories, cities, total) multiplier


def adstock(spend: FloatArray, carry: float) -> FloatArray:
    """Return geometric adstock: ``a[t] = spend[t] + carry * a[t - 1]``.

    Examples
    --------
    >>> adstock(np.array([100.0, 0.0, 0.0]), 0.5).tolist()
    [100.0, 50.0, 25.0]
    """
    out = np.empty_like(spend)
    level = 0.0
    for t, value in enumerate(spend.tolist()):
        level = value + carry * level
        out[t] = level
    return out


def saturation(level: FloatArray, half_saturation: float) -> FloatArray:
    """Return ``1 - exp(-level / half_saturation)``, between 0 and 1.

    Examples
    --------
    >>> round(float(saturation(np.array([100.0]), 100.0)[0]), 4)
    0.6321
    """
    return np.asarray(1.0 - np.exp(-level / half_saturation), dtype=np.float64)


def build_commerce(config: DemoConfig, assortment: Assortment) -> Commerce:
    """Draw all drivers of demand of a world, up to the end of the planning horizon."""
    total = config.days + HORIZON_DAYS
    step_day, step_sku, step_price = _draw_price_steps(config, assortment)
    promotions = _draw_promotions(config, assortment)
    media = _draw_media(config, total)
    mail_day, mail_channel, mail_lift = _draw_mails(config, total)
    lift = mail_lift.copy()
    for item in media:
        lift[item.channel] += item.lift
    temperature, rain, sunshine, weather = _draw_weather(config, total)
    return Commerce(
        total=total,
        step_day=step_day,
        step_sku=step_sku,
        step_price=step_price,
        promotions=promotions,
        media=media,
        mail_day=mail_day,
        mail_channel=mail_channel,
        mail_lift=mail_lift,
        media_lift=lift,
        temperature=temperature,
        rain=rain,
        sunshine=sunshine,
        weather=weather,
    )


def _draw_price_steps(config: DemoConfig, assortment: Assortment) -> tuple[IntArray, IntArray, FloatArray]:
    """Draw list-price steps of 3 to 12 %, two to five per SKU in three years, whatever the promotions are."""
    rng = stream(config, 2)
    n = assortment.n
    count = rng.integers(2, 6, n) * config.days / 1096
    steps = np.floor(count + rng.random(n)).astype(np.int64)
    sku = np.repeat(np.arange(n), steps)
    day = rng.integers(1, config.days, len(sku))
    order = np.lexsort((day, sku))
    sku, day = sku[order], day[order]
    change = np.where(rng.random(len(sku)) < 0.6, 1, -1) * rng.uniform(0.03, 0.12, len(sku))
    price = np.empty(len(sku))
    current = assortment.list_price.copy()
    for i, (s, c) in enumerate(zip(sku.tolist(), change.tolist(), strict=True)):
        moved = float(rounded_price(np.array([current[s] * (1 + c)]))[0])
        current[s] = moved
        price[i] = moved
    by_day = np.argsort(day, kind="stable")
    return day[by_day], sku[by_day], price[by_day]


def _draw_promotions(config: DemoConfig, assortment: Assortment) -> Promotions:
    rng = stream(config, 3)
    last = config.days + 120
    rows: list[tuple[str, int, int, int, int, int, float, float, str]] = []
    uplift_of = {
        "category_sale": (1.1, 1.4),
        "black_friday": (1.15, 1.4),
        "sku_offer": (1.05, 1.35),
        "clearance": (1.05, 1.25),
    }

    def add(
        name: str,
        channels: tuple[int, ...],
        cat: int,
        sku: int,
        start: int,
        days: int,
        rate: float,
        kind: str,
    ) -> None:
        for channel in channels:
            low, high = uplift_of[kind]
            end = min(start + days - 1, last - 1)
            if start < last and end >= 0:
                rows.append((name, channel, cat, sku, max(start, 0), end, rate, rng.uniform(low, high), kind))

    first = config.first_day
    for cat, category in enumerate(CATEGORIES):
        day = int(rng.integers(0, 60))
        while day < last:
            channels = ((0, 1, 3), (0,), (0, 1), (2,), (3,))[
                int(rng.choice(5, p=[0.35, 0.2, 0.15, 0.15, 0.15]))
            ]
            rate = float(rng.choice([0.1, 0.15, 0.2, 0.25, 0.3]))
            add(
                f"{category.name} sale",
                channels,
                cat,
                -1,
                day,
                int(rng.integers(5, 15)),
                rate,
                "category_sale",
            )
            day += int(rng.integers(45, 110))
        if category.season != "all_year":  # the season's end, once a year, after the peak
            for year_start in range(-366, last, 365):
                offset = (np.datetime64(str(first + year_start)[:4] + "-01-01") - first).astype(int)
                start = int(offset + (category.peak_day + (70 if category.season != "christmas" else 18)))
                add(
                    f"{category.name} clearance",
                    (0, 1, 3),
                    cat,
                    -1,
                    start,
                    16,
                    float(rng.choice([0.3, 0.4])),
                    "clearance",
                )
    for year in range(int(str(first)[:4]), int(str(first + last)[:4]) + 1):
        november = np.datetime64(f"{year}-11-01")
        thursday = (3 - (november.astype(int) + 3) % 7) % 7 + 21
        start = int((november - first).astype(int)) + int(thursday) + 1 - 2
        for cat, category in enumerate(CATEGORIES):
            if rng.random() < 0.75:
                add(
                    f"Black Friday {category.name}",
                    (0, 1, 2),
                    cat,
                    -1,
                    start,
                    7,
                    float(rng.choice([0.15, 0.2, 0.25])),
                    "black_friday",
                )
    for month in range(0, last, 30):
        offers = rng.choice(assortment.n, max(1, round(0.05 * assortment.n)), replace=False)
        for sku in np.sort(offers).tolist():
            channels = ((0,), (0, 3), (2,), (1,))[int(rng.integers(4))]
            add(
                f"Offer {assortment.sku_id[sku]}",
                channels,
                int(assortment.category[sku]),
                sku,
                month + int(rng.integers(0, 25)),
                int(rng.integers(4, 11)),
                float(rng.choice([0.1, 0.15, 0.2, 0.25, 0.3, 0.4])),
                "sku_offer",
            )
    rows.sort(key=lambda r: (r[4], r[2], r[3], r[1], r[0], r[5]))
    columns = list(zip(*rows, strict=True))
    return Promotions(
        promotion_id=np.array([f"PR{i:05d}" for i in range(1, len(rows) + 1)], dtype=object),
        name=np.array(columns[0], dtype=object),
        channel=np.array(columns[1]),
        category=np.array(columns[2]),
        sku=np.array(columns[3]),
        start=np.array(columns[4]),
        end=np.array(columns[5]),
        rate=np.array(columns[6]),
        uplift=np.round(np.array(columns[7]), 3),
        kind=np.array(columns[8], dtype=object),
    )


def _draw_media(config: DemoConfig, total: int) -> tuple[Media, ...]:
    """Draw weekly flights of spend, apart from the seasons so that its effect can be told, and its lift."""
    scale = config.skus / 300
    media = []
    laws = {
        ("google_ads", 0): (0.35, 420.0, 0.28, 320.0),
        ("meta_ads", 0): (0.65, 900.0, 0.22, 260.0),
        ("google_ads", 1): (0.3, 170.0, 0.24, 120.0),
        ("meta_ads", 1): (0.6, 380.0, 0.2, 110.0),
    }
    for k, ((platform, channel), (carry, half, beta, level)) in enumerate(laws.items()):
        rng = stream(config, 4, k)
        weeks = total // 7 + 2
        flight = np.where(
            rng.random(weeks) < 0.72, np.exp(rng.normal(0, 0.45, weeks)), rng.uniform(0, 0.15, weeks)
        )
        day = np.arange(total)
        weekday = (config.first_day + day).astype(np.int64)
        week = (weekday + 3) // 7 - (weekday[0] + 3) // 7
        spend = np.round(level * scale * flight[week] * np.exp(rng.normal(0, 0.12, total)), 2)
        curve = saturation(adstock(spend, carry), half * scale)
        media.append(Media(platform, channel, carry, half * scale, beta, spend, beta * curve))
    return tuple(media)


def _draw_mails(config: DemoConfig, total: int) -> tuple[IntArray, IntArray, FloatArray]:
    rng = stream(config, 5)
    lift = np.zeros((len(CHANNELS), total))
    days, channels = [], []
    for channel, rate in ((0, 0.24), (1, 0.14)):
        sent = np.flatnonzero(rng.random(total) < rate)
        for day in sent.tolist():
            for after, bump in ((0, 0.14), (1, 0.07)):
                if day + after < total:
                    lift[channel, day + after] += bump
        days.append(sent)
        channels.append(np.full(len(sent), channel))
    all_days, all_channels = np.concatenate(days), np.concatenate(channels)
    order = np.lexsort((all_channels, all_days))
    return all_days[order], all_channels[order], lift


def _draw_weather(config: DemoConfig, total: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Draw daily weather by city; after the last day the norm stands, as nobody knows the weather then."""
    rng = stream(config, 6)
    norm = -6.0 * np.cos(2 * np.pi * (np.arange(366) - 20) / 365.25)
    dates = config.first_day + np.arange(total)
    yday = (dates - dates.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    level = np.array([11.5, 9.8, 11.0, 9.9, 10.9, 8.9, 10.9])[:, None] + norm[yday]
    shared = np.zeros(total)
    shock = rng.normal(0, 1.9, total)
    for t in range(1, total):
        shared[t] = 0.75 * shared[t - 1] + shock[t]
    anomaly = shared + rng.normal(0, 0.8, (len(CITIES), total))
    wet_share = np.array([0.4, 0.45, 0.48, 0.43, 0.47, 0.5, 0.46])[:, None]
    front = rng.random(total)
    wet = 0.6 * front + 0.4 * rng.random((len(CITIES), total)) < wet_share * 0.95
    rain = np.where(wet, rng.gamma(0.9, 5.0, (len(CITIES), total)), 0.0)
    known: BoolArray = np.arange(total) < config.days
    anomaly[:, ~known] = 0.0
    rain_norm = 2.0
    rain[:, ~known] = rain_norm
    sunshine = np.clip(5.5 + 0.35 * norm[yday] + 0.5 * anomaly - 0.35 * rain, 0, 16)
    heat = np.array([c.temperature_effect for c in CATEGORIES])[:, None, None]
    wetness = np.array([c.rain_effect for c in CATEGORIES])[:, None, None]
    effect = np.exp(heat * np.clip(anomaly / 5, -2, 2) + wetness * np.clip((rain - rain_norm) / 5, -1, 4))
    tidy = [np.asarray(np.round(x, 1), dtype=np.float64) for x in (level + anomaly, rain, sunshine)]
    return tidy[0], tidy[1], tidy[2], effect
