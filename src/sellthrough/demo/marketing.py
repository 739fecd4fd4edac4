"""Ad platforms, e-mail, web analytics, weather, exchange rates and plans."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.catalogue import CATEGORIES
from sellthrough.demo.commerce import CITIES
from sellthrough.demo.config import CHANNELS, IntArray, stream
from sellthrough.demo.netsuite import exchange_rates
from sellthrough.demo.shopify import Shop
from sellthrough.demo.simulate import Month, World
from sellthrough.demo.sink import Sink, Sync, as_text, numbered, pick

__all__ = ["Analytics", "write_ads", "write_calendars", "write_mails", "write_plans"]

_DAY = 86_400_000_000
_CAMPAIGNS = {  # share of the platform's spend by campaign
    "google_ads": (("Search | Brand", 0.2), ("Search | Generic", 0.35), ("Performance Max", 0.45)),
    "meta_ads": (("Prospecting", 0.6), ("Retargeting", 0.4)),
}


def write_ads(world: World, sink: Sink) -> None:
    """Write Google's rows per campaign, day and device, and Meta's per ad and day.

    The euro campaigns' spend is in the account's currency, pounds, as both shops pay from one budget.
    """
    config, days = world.config, world.config.days
    rng = stream(config, 80)
    dates = config.first_day + np.arange(days)
    sync = Sync(config, rng)
    for media in world.commerce.media:
        market = "UK" if media.channel == 0 else "EU"
        for k, (name, share) in enumerate(_CAMPAIGNS[media.platform]):
            campaign = (1_000 if media.platform == "google_ads" else 2_000) + 100 * media.channel + k
            spend = media.spend[:days] * share
            parts = np.array([0.65, 0.35])[:, None] * np.ones(days) + np.array([1, -1])[
                :, None
            ] * rng.uniform(-0.1, 0.1, days)
            for j, label in enumerate(("MOBILE", "DESKTOP")):
                cost = np.round(spend * parts[j], 2)
                live = np.flatnonzero(cost > 0)
                shown = rng.poisson(cost[live] * 110)
                clicks = rng.binomial(shown, 0.014)
                stamp = dates[live].astype("datetime64[us]") + np.timedelta64(27, "h")
                if media.platform == "google_ads":
                    sold = rng.binomial(clicks, 0.03)
                    sink.write(
                        "raw/google_ads/campaign_stats",
                        {
                            "customer_id": np.full(len(live), 7_700_000_001 + media.channel),
                            "id": campaign,
                            "date": dates[live],
                            "device": label,
                            "ad_network_type": "SEARCH" if k < 2 else "MIXED",
                            "impressions": shown,
                            "clicks": clicks,
                            "cost_micros": np.round(cost[live] * 1e6).astype(int),
                            "conversions": sold.astype(float),
                            "conversions_value": np.round(sold * 48.5, 2),
                            "_fivetran_synced": sync.after(stamp),
                        },
                    )
                else:
                    sink.write(
                        "raw/meta_ads/basic_ad",
                        {
                            "ad_id": np.full(len(live), campaign * 10 + j),
                            "date": dates[live],
                            "account_id": 880_001 + media.channel,
                            "impressions": shown,
                            "inline_link_clicks": clicks,
                            "spend": cost[live],
                            "reach": (shown * 0.7).astype(np.int64),
                            "_fivetran_synced": sync.after(stamp),
                        },
                    )
            _write_campaign(world, sink, media.platform, campaign, f"{market} | {name}", k)


def _write_campaign(world: World, sink: Sink, platform: str, campaign: int, name: str, k: int) -> None:
    """Write a campaign's history: an older version under a working name, and the present one."""
    born = world.config.first_day.astype("datetime64[us]")
    versions = np.array([born, born + np.timedelta64(40, "D")])
    names = np.array([f"{name} (draft)", name], dtype=object)
    end = world.config.end.astype("datetime64[us]")
    stamp = np.minimum(versions + np.timedelta64(1, "h"), end)
    if platform == "google_ads":
        sink.write(
            "raw/google_ads/campaign_history",
            {
                "id": np.full(2, campaign),
                "updated_at": versions,
                "name": names,
                "advertising_channel_type": "SEARCH" if k < 2 else "PERFORMANCE_MAX",
                "status": "ENABLED",
                "start_date": world.config.first_day.astype(object),
                "_fivetran_synced": stamp,
            },
        )
        return
    sink.write(
        "raw/meta_ads/campaign_history",
        {"id": np.full(2, campaign), "updated_time": versions, "name": names, "_fivetran_synced": stamp},
    )
    ads = np.repeat(campaign * 10 + np.arange(2), 2)
    sink.write(
        "raw/meta_ads/ad_history",
        {
            "id": ads,
            "updated_time": np.tile(versions, 2),
            "campaign_id": campaign,
            "ad_set_id": campaign * 10 + 5,
            "_fivetran_synced": np.tile(stamp, 2),
        },
    )


def write_mails(world: World, sink: Sink, shops: list[Shop]) -> None:
    """Write e-mail campaigns and what a sample of the recipients did with them."""
    config, c = world.config, world.commerce
    rng = stream(config, 81)
    sync = Sync(config, rng)
    known = np.flatnonzero(c.mail_day < config.days)
    day, channel = c.mail_day[known], c.mail_channel[known]
    ids = numbered("KC", np.arange(len(known)), width=6)
    sent = (config.first_day + day).astype("datetime64[us]") + np.timedelta64(8, "h")
    sink.write(
        "raw/klaviyo/campaign",
        {
            "id": ids,
            "name": numbered("Newsletter ", np.arange(len(known)) + 1),
            "send_time": sent,
            "status": "Sent",
            "campaign_type": pick(["UK", "EU"], channel),
            "_fivetran_synced": sync.after(sent),
        },
    )
    sink.write(
        "raw/klaviyo/metric",
        {
            "id": np.array(["M1", "M2", "M3"], dtype=object),
            "name": np.array(["Received Email", "Opened Email", "Clicked Email"], dtype=object),
            "_fivetran_synced": sync.after(np.full(3, config.first_day.astype("datetime64[us]"))),
        },
    )
    size = int(np.clip(config.skus // 2, 40, 2000))
    serial = 0
    for i in range(len(known)):
        pool = shops[int(channel[i])].pool
        person = rng.integers(0, pool, size)
        opened = rng.random(size) < 0.34
        clicked = opened & (rng.random(size) < 0.12)
        who = np.concatenate([person, person[opened], person[clicked]])
        metric = np.repeat([0, 1, 2], [size, int(opened.sum()), int(clicked.sum())])
        lag = np.where(metric == 0, rng.integers(0, 900, len(who)), rng.integers(900, 100_000, len(who)))
        when = sent[i] + lag * np.timedelta64(1, "s")
        keep = np.flatnonzero(when <= config.end)
        sink.write(
            "raw/klaviyo/event",
            {
                "id": numbered("KE", serial + np.arange(len(who)), width=9).take(pa.array(keep)),
                "person_id": numbered(("uk.p", "eu.p")[int(channel[i])], who[keep]),
                "campaign_id": ids[i].as_py(),
                "metric_id": pick(["M1", "M2", "M3"], metric[keep]),
                "datetime": when[keep],
                "_fivetran_synced": sync.after(when[keep]),
            },
        )
        serial += len(who)


class Analytics:
    """Writes web analytics month by month: touches before an order, and the purchase, given consent."""

    _SOURCES = (
        ("google", "cpc"),
        ("facebook", "paid_social"),
        ("klaviyo", "email"),
        ("google", "organic"),
        ("(direct)", "(none)"),
    )

    def __init__(self, world: World, sink: Sink) -> None:
        self.world, self.sink = world, sink

    def month(self, month: Month, shop: Shop) -> None:
        """Write the touches and purchases of one shop's orders of a month."""
        config = self.world.config
        rng = stream(config, 82, shop.facts.channel, month.index)
        name, created, customer, gross = shop.feed
        seen = np.flatnonzero(rng.random(len(created)) < 0.8)
        touches = rng.choice([1, 2, 3, 4], len(seen), p=[0.45, 0.3, 0.15, 0.1])
        at = np.repeat(seen, touches)
        left = np.concatenate([np.arange(t)[::-1] for t in touches.tolist()]) if len(seen) else at
        channel = shop.facts.channel
        day = np.clip(
            ((created[at] // _DAY).astype("datetime64[D]") - config.first_day).astype(int), 0, config.days - 1
        )
        lift = [m.lift for m in self.world.commerce.media if m.channel == channel]
        mail = self.world.commerce.mail_lift[channel]
        odds = np.stack(
            [
                0.12 + lift[0][day] * 1.2,
                0.08 + lift[1][day] * 1.2,
                0.05 + mail[day] * 1.5,
                np.full(len(at), 0.3),
                np.full(len(at), 0.3),
            ]
        )
        bound = np.cumsum(odds / odds.sum(axis=0), axis=0)
        source = (rng.random(len(at)) > bound[:4]).sum(axis=0)
        back = np.where(
            left == 0,
            rng.integers(2, 40, len(at)) * 60_000_000,
            left * rng.integers(_DAY // 8, 4 * _DAY, len(at)),
        )
        when = np.maximum(created[at] - back, config.first_day.astype("datetime64[us]").astype(np.int64))
        session = rng.integers(1_000_000_000, 2_000_000_000, len(at))
        final = np.flatnonzero(left == 0)
        names = np.array([s for s, _ in self._SOURCES], dtype=object)
        mediums = np.array([m for _, m in self._SOURCES], dtype=object)
        market = shop.facts.name.upper()
        campaigns = np.array(
            [f"{market} | Search | Generic", f"{market} | Prospecting", "newsletter", None, None],
            dtype=object,
        )
        sync = Sync(config, rng)
        for label, pick_at, order_of in (
            ("session_start", np.arange(len(at)), None),
            ("purchase", final, at[final]),
        ):
            stamp = when[pick_at] if order_of is None else created[order_of]
            person = customer[at[pick_at]]
            dollars = (
                None if order_of is None else np.round(gross[order_of] * (1.27 if channel == 0 else 1.08), 2)
            )
            self.sink.write(
                "raw/ga4/event",
                {
                    "date": stamp.astype("datetime64[us]").astype("datetime64[D]"),
                    "timestamp": stamp.astype("datetime64[us]"),
                    "name": label,
                    "user_pseudo_id": numbered(f"{shop.facts.name}.", person * 7919 + 104_729),
                    "user_id": pick_text(person, rng.random(len(person)) < 0.7),
                    "traffic_source_source": pick(names, source[pick_at]),
                    "traffic_source_medium": pick(mediums, source[pick_at]),
                    "param_campaign": pick(campaigns, source[pick_at]),
                    "param_ga_session_id": session[pick_at],
                    "ecommerce_transaction_id": None if order_of is None else name.take(pa.array(order_of)),
                    "ecommerce_purchase_revenue_in_usd": dollars,
                    "_fivetran_synced": sync.after(stamp.astype("datetime64[us]")),
                },
            )


def pick_text(values: IntArray, absent: np.ndarray[Any, np.dtype[np.bool_]]) -> Any:
    """Return numbers as texts, null where absent."""
    text = as_text(values)
    return pick(text, np.arange(len(values)), absent)


def write_calendars(world: World, sink: Sink) -> None:
    """Write the weather up to the last day, and exchange rates of weekdays."""
    config, c = world.config, world.commerce
    dates = config.first_day + np.arange(config.days)
    for k, city in enumerate(CITIES):
        sink.write(
            "raw/weather/daily",
            {
                "date": dates,
                "city_code": city,
                "temperature_c": c.temperature[k, : config.days],
                "precipitation_mm": c.rain[k, : config.days],
                "sunshine_hours": c.sunshine[k, : config.days],
            },
        )
    # The feed starts a few days earlier, so that a first day on a weekend has a rate.
    days = np.concatenate([dates[0] - np.arange(3, 0, -1), dates])
    rates = exchange_rates(config)
    rates = np.concatenate([np.full(3, rates[0]), rates])
    weekday = np.flatnonzero((days.astype(np.int64) + 3) % 7 < 5)
    sink.write(
        "raw/fx/daily_rate",
        {"date": days[weekday], "base_currency": "EUR", "quote_currency": "GBP", "rate": rates[weekday]},
    )


def write_plans(world: World, sink: Sink) -> None:
    """Write past and planned promotions, and weekly media plans, up to 120 days ahead."""
    config, p, a = world.config, world.commerce.promotions, world.assortment
    category = np.array([x.name for x in CATEGORIES], dtype=object)
    sink.write(
        "raw/planning/promotion",
        {
            "promotion_id": p.promotion_id,
            "name": p.name,
            "channel_id": pick(list(CHANNELS), p.channel),
            "category": category[p.category],
            "sku": pick(a.sku_id, p.sku, p.sku < 0),
            "starts_on": config.first_day + p.start,
            "ends_on": config.first_day + p.end,
            "discount_rate": p.rate,
            "kind": p.kind,
        },
    )
    rng = stream(config, 83)
    day = np.arange(config.days + 120)
    dates = config.first_day + day
    week = (dates.astype(np.int64) + 3) // 7
    first, position = np.unique(week, return_inverse=True)
    for media in world.commerce.media:
        spent = np.bincount(position, media.spend[: len(day)])
        planned = np.round(spent * rng.uniform(0.95, 1.05, len(first)), 0)
        sink.write(
            "raw/planning/media_plan",
            {
                "platform": media.platform,
                "channel_id": CHANNELS[media.channel],
                "week_starts_on": (first * 7 - 3).astype("datetime64[D]"),
                "planned_spend_amount": planned,
                "currency": "GBP",
            },
        )
