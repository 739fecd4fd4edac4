"""The true demand of a day: a noise-free mean per cell, and the draw around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sellthrough.demo.assortment import Assortment
from sellthrough.demo.calendar import holiday_factor, season_curve
from sellthrough.demo.catalogue import CATEGORIES
from sellthrough.demo.commerce import CUSTOMER_TYPES, Commerce
from sellthrough.demo.config import CHANNELS, POINT_CHANNEL, POINT_LOCATION, DemoConfig, FloatArray, IntArray

__all__ = ["DayDrivers", "DemandModel", "channel_list_price", "draw_demand", "type_weights"]

EUR_PER_GBP_LIST = 1.19  # the euro price list is kept at this fixed rate
WHOLESALE_SHARE = 0.55
_CITY_OF_LOCATION = (0, 2, 6, 0, 0, 4, 3, 1, 2, 5)  # web customers are given London's weather
DIP_DAYS = 7
DIP_SHARE = 0.35


@dataclass(frozen=True)
class DayDrivers:
    """Prices of a day by SKU and channel, and the mean demand of every cell."""

    list_price: FloatArray  # (SKUs,) GBP
    discount: FloatArray  # (SKUs, channels)
    promotion: IntArray  # (SKUs, channels) row of the promotions, -1 for none
    log_ratio: FloatArray  # (SKUs, channels) log of price paid to the first list price
    log_uplift: FloatArray  # (SKUs, channels) log of the promotion's own uplift, or of the dip after it
    expected: FloatArray  # (cells,) units


def channel_list_price(list_price: FloatArray, channel: int) -> FloatArray:
    """Turn the sterling list price into a channel's list price in its own currency.

    Examples
    --------
    >>> channel_list_price(np.array([10.0]), 1).tolist(), channel_list_price(np.array([10.0]), 4).tolist()
    ([11.9], [5.5])
    """
    if CHANNELS[channel] == "web_eu":
        return np.asarray(np.round(np.round(list_price * EUR_PER_GBP_LIST * 20) / 20, 2), dtype=np.float64)
    if CHANNELS[channel] == "wholesale":
        return np.asarray(np.round(list_price * WHOLESALE_SHARE, 2), dtype=np.float64)
    return list_price


def type_weights(
    elasticity: FloatArray, log_ratio: FloatArray, log_uplift: FloatArray, lift: FloatArray
) -> FloatArray:
    """Return each customer type's weight in demand, shape (types, ...): their sum multiplies the base demand.

    ``share * exp(price_response * elasticity * log_ratio + promotion_response * log_uplift)``, times
    ``1 + media_response * lift``.

    Examples
    --------
    >>> zero = np.zeros(1)
    >>> type_weights(np.array([-2.0]), zero, zero, zero)[:, 0].tolist()
    [0.3, 0.4, 0.3]
    """
    out = []
    for share, price, promotion, media in CUSTOMER_TYPES.values():
        response = np.exp(price * elasticity * log_ratio + promotion * log_uplift)
        out.append(share * response * (1.0 + media * lift))
    return np.array(out)


def draw_demand(rng: np.random.Generator, mean: FloatArray, size: FloatArray) -> IntArray:
    """Draw negative binomial units with the given mean and size (variance ``mean + mean**2 / size``)."""
    level = rng.standard_gamma(size) * (mean / size)
    return np.asarray(rng.poisson(level), dtype=np.int64)


class DemandModel:
    """Steps through the days of a world in order and gives each day's drivers.

    Parameters
    ----------
    config, assortment, commerce
        The world; days run from 0 to `commerce.total` - 1.
    """

    def __init__(self, config: DemoConfig, assortment: Assortment, commerce: Commerce) -> None:
        self.assortment, self.commerce = assortment, commerce
        total = commerce.total
        a = assortment
        self.season = np.array(
            [season_curve(config.first_day, total + 28, c.peak_day, c.strength, c.width) for c in CATEGORIES]
        )
        self.holiday = holiday_factor(config.first_day, total)
        self.cell_channel = POINT_CHANNEL[a.cell_point]
        self.cell_location = POINT_LOCATION[a.cell_point]
        self.cell_category = a.category[a.cell_sku]
        self.cell_city = np.array(_CITY_OF_LOCATION)[self.cell_location]
        self.wholesale = self.cell_channel == CHANNELS.index("wholesale")
        self.cell_unit = np.where(self.wholesale, a.pack[a.cell_sku], 1).astype(np.float64)
        self.cell_size = a.dispersion[a.cell_sku]
        self.cell_elasticity = a.elasticity[a.cell_sku]
        self.weather = commerce.weather.copy()
        self.weather_used = ~self.wholesale
        self.list_price = a.list_price.copy()
        self._next_step = 0
        self._weight = a.base / np.bincount(a.subcategory, a.base)[a.subcategory]
        self._category_promotions(total)

    def _category_promotions(self, total: int) -> None:
        """Lay the category-wide promotions out by category, channel and day; the deepest discount wins."""
        p = self.commerce.promotions
        shape = (len(CATEGORIES), len(CHANNELS), total)
        self.rate = np.zeros(shape)
        self.row = np.full(shape, -1, dtype=np.int64)
        self.uplift = np.zeros(shape)
        for i in np.flatnonzero(p.sku < 0).tolist():
            key = (int(p.category[i]), int(p.channel[i]))
            days = np.arange(p.start[i], min(int(p.end[i]) + 1, total))
            better = days[self.rate[key][days] < p.rate[i]]
            self.rate[key][better] = p.rate[i]
            self.row[key][better] = i
            self.uplift[key][better] = np.log(p.uplift[i])
            after = np.arange(p.end[i] + 1, min(int(p.end[i]) + 1 + DIP_DAYS, total))
            quiet = after[(self.row[key][after] < 0) & (self.uplift[key][after] == 0)]
            self.uplift[key][quiet] = -DIP_SHARE * np.log(p.uplift[i])
        single = np.flatnonzero(p.sku >= 0)
        self._single = single[np.argsort(p.start[single], kind="stable")]

    def day(self, t: int) -> DayDrivers:
        """Return the drivers of day `t`; call with 0, 1, 2 ... in order, as list prices move on."""
        a, c, p = self.assortment, self.commerce, self.commerce.promotions
        while self._next_step < len(c.step_day) and c.step_day[self._next_step] <= t:
            self.list_price[c.step_sku[self._next_step]] = c.step_price[self._next_step]
            self._next_step += 1
        discount = self.rate[a.category, :, t]
        promotion = self.row[a.category, :, t]
        uplift = self.uplift[a.category, :, t]
        recent = self._single[(p.start[self._single] <= t) & (p.end[self._single] + DIP_DAYS >= t)]
        for over in (True, False):  # the dips of ended offers first, then the live ones over them
            live = recent[(p.end[recent] < t) == over]
            sku, channel = p.sku[live], p.channel[live]
            if over:
                calm = promotion[sku, channel] < 0
                uplift[sku[calm], channel[calm]] = -DIP_SHARE * np.log(p.uplift[live[calm]])
            else:
                for i, s, ch in zip(live.tolist(), sku.tolist(), channel.tolist(), strict=True):
                    if p.rate[i] > discount[s, ch]:
                        discount[s, ch], promotion[s, ch], uplift[s, ch] = p.rate[i], i, np.log(p.uplift[i])
        log_ratio = np.log(self.list_price / a.list_price)[:, None] + np.log1p(-discount)
        expected = self._expected(t, log_ratio, uplift)
        return DayDrivers(self.list_price.copy(), discount, promotion, log_ratio, uplift, expected)

    def _expected(self, t: int, log_ratio: FloatArray, log_uplift: FloatArray) -> FloatArray:
        """Return the mean demand of every cell on day `t`, in units."""
        a, c = self.assortment, self.commerce
        sku, channel = a.cell_sku, self.cell_channel
        groups = int(a.subcategory.max()) + 1
        cross = np.zeros_like(log_ratio)
        for ch in range(len(CHANNELS)):  # the prices of the rest of the subcategory
            mean = np.bincount(a.subcategory, self._weight * log_ratio[:, ch], minlength=groups)[
                a.subcategory
            ]
            rest = np.maximum(1.0 - self._weight, 0.05)
            cross[:, ch] = a.cross_elasticity * (mean - self._weight * log_ratio[:, ch]) / rest
        age = t - a.launch
        life = np.where(age < 0, 0.0, 1.0 - np.exp(-(np.maximum(age, 0) + 1.0) / 21.0))
        life = life * np.exp(-np.maximum(t - a.phase_out, 0) / 45.0) * np.exp(a.trend * t / 365.25)
        season = self.season[
            self.cell_category, np.where(self.wholesale, t + 28, t)
        ]  # trade buys four weeks ahead
        weather = np.where(self.weather_used, self.weather[self.cell_category, self.cell_city, t], 1.0)
        weight = type_weights(
            self.cell_elasticity, log_ratio[sku, channel], log_uplift[sku, channel], c.media_lift[channel, t]
        ).sum(axis=0)
        level = a.cell_base * self.cell_unit * life[sku] * season * self.holiday[channel, t] * weather
        return np.asarray(level * weight * np.exp(cross[sku, channel]), dtype=np.float64)

    def draw(self, rng: np.random.Generator, expected: FloatArray) -> IntArray:
        """Draw the units demanded in every cell; wholesale demands whole cases."""
        cases = draw_demand(rng, expected / self.cell_unit, self.cell_size)
        return np.asarray(cases * self.cell_unit.astype(np.int64), dtype=np.int64)
