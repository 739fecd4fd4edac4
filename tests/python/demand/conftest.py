"""Simulated demand with known means: seasons, weekdays, trend, promotions, media, tails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CUTOFF = date(2026, 9, 30)


@dataclass(frozen=True)
class World:
    """History up to the cut-off, what happened after it, and the true means of both."""

    history: pa.Table
    drivers: pa.Table
    channels: pa.Table
    future_units: Floats
    future_mean: Floats
    keys: list[tuple[str, str, str]]


def simulate(
    n_skus: int = 12,
    n_days: int = 800,
    ahead: int = 28,
    n_categories: int = 2,
    channels: tuple[str, ...] = ("web", "store"),
    locations: int = 1,
    seed: int = 1,
    tail_share: float = 0.35,
    cutoff: date = CUTOFF,
) -> World:
    """Draw negative binomial demand for n_skus x channels x locations series."""
    rng = np.random.default_rng(seed)
    total = n_days + ahead
    first = np.datetime64(cutoff, "D") - (n_days - 1)
    days = first + np.arange(total)
    weekday = (days.astype(np.int64) + 3) % 7
    year_share = (days - days.astype("datetime64[Y]")).astype(np.int64) / 365.25
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    categories = [f"category_{index}" for index in range(n_categories)]
    driver_rows: dict[str, list[object]] = {
        name: [] for name in ("category", "channel_id", "demand_on", "promotion_rate", "spend_amount")
    }
    shape: dict[tuple[int, str], Floats] = {}
    rates: dict[tuple[int, str], Floats] = {}
    for index, category in enumerate(categories):
        season = 1 + 0.5 * np.sin(2 * np.pi * (year_share + index / n_categories)) + 0.6 * (month == 11)
        for channel in channels:
            promotion = np.zeros(total)
            for begin in rng.choice(total - 10, max(total // 60, 1), replace=False):
                promotion[begin : begin + int(rng.integers(4, 10))] = rng.uniform(0.3, 1.0)
            spend = 200 * np.exp(rng.normal(0, 0.3, total)) * (rng.random(total) < 0.9)
            pattern = 1 + 0.3 * rng.normal(size=7)
            pattern = np.maximum(pattern, 0.3) / np.maximum(pattern, 0.3).mean()
            trend = np.exp(rng.normal(0, 0.15) * np.arange(total) / 365)
            shape[index, channel] = season * pattern[weekday] * trend * (1 + spend / 200 * 0.1)
            rates[index, channel] = promotion
            driver_rows["category"] += [category] * total
            driver_rows["channel_id"] += [channel] * total
            driver_rows["demand_on"] += days.tolist()
            driver_rows["promotion_rate"] += promotion.tolist()
            driver_rows["spend_amount"] += spend.tolist()
    keys: list[tuple[str, str, str]] = []
    cells: list[tuple[int, int]] = []
    means, draws, flags = [], [], []
    for sku in range(n_skus):
        kind = sku % n_categories
        tail = rng.random() < tail_share
        base = float(rng.gamma(1.0, 0.15) if tail else rng.gamma(2.0, 3.0) + 0.5)
        start = 0 if rng.random() < 0.8 else int(rng.integers(0, n_days // 2))
        for channel in channels:
            for location in range(locations):
                own = base * rng.uniform(0.4, 1.6) * np.exp(np.cumsum(rng.normal(0, 0.01, total)))
                rate = rates[kind, channel]
                # A SKU is in or out for a whole event: its draw changes only when the rate does.
                draw = rng.random(total)[
                    np.maximum.accumulate(np.where(np.diff(rate, prepend=-1) != 0, np.arange(total), 0))
                ]
                flag = draw < rate
                mean = own * shape[kind, channel] * (1 + 0.8 * flag)
                dispersion = rng.uniform(1.2, 2.5)
                draws.append(rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion).astype(float))
                means.append(mean)
                flags.append(flag)
                keys.append((f"sku_{sku:04d}", channel, f"loc_{location}"))
                cells.append((kind, start))
    order = sorted(range(len(keys)), key=lambda row: keys[row])
    units = np.stack([draws[row] for row in order])
    starts = np.array([cells[row][1] for row in order])
    rows, columns = np.nonzero(np.arange(n_days)[None, :] >= starts[:, None])
    promoted = np.stack([flags[row] for row in order])[rows, columns]
    texts = [pa.array([keys[row][part] for row in order]) for part in range(3)]
    texts.append(pa.array([categories[cells[row][0]] for row in order]))
    history = pa.table(
        {
            "sku_id": texts[0].take(pa.array(rows)),
            "channel_id": texts[1].take(pa.array(rows)),
            "location_id": texts[2].take(pa.array(rows)),
            "category": texts[3].take(pa.array(rows)),
            "demand_on": pa.array(days[columns]),
            "demand_units": pa.array(units[rows, columns]),
            "in_stock_share": pa.array(np.ones(rows.size)),
            "is_promoted": pa.array(promoted),
        }
    )
    return World(
        history=history,
        drivers=pa.table(driver_rows),
        channels=pa.table({"channel_id": list(channels), "country_code": ["GB"] * len(channels)}),
        future_units=units[:, n_days:],
        future_mean=np.stack([means[row] for row in order])[:, n_days:],
        keys=[keys[row] for row in order],
    )


@pytest.fixture(scope="session")
def make_world() -> Callable[..., World]:
    """Return the simulator."""
    return simulate


@pytest.fixture(scope="session")
def world() -> World:
    """Return a small world that several tests share."""
    return simulate()
