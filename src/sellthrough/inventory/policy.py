"""Reorder policy: when to order, how much, and the money on it."""

from __future__ import annotations

__all__ = [
    "REORDER_SCHEMA",
    "PolicySettings",
    "economic_order_quantity",
    "newsvendor_normal",
    "newsvendor_poisson",
    "protection_demand",
    "reorder_policy",
    "sum_inflation",
]

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sellthrough.inventory._columns import (
    check_columns,
    date_column,
    day_number,
    number_column,
    numbers,
    read_series,
    reasons,
)
from sellthrough.inventory.demand import DailyDemand, read_demand
from sellthrough.inventory.protection import (
    cumulative_demand,
    expected_shortfall,
    gamma_quantile,
    protection_demand,
    sum_inflation,
)
from sellthrough.inventory.textbook import economic_order_quantity, newsvendor_normal, newsvendor_poisson

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

YEAR_DAYS = 365.0

REORDER_SCHEMA = pa.schema(
    [
        pa.field("sku_id", pa.string(), nullable=False),
        pa.field("location_id", pa.string(), nullable=False),
        pa.field("decided_on", pa.date32(), nullable=False),
        pa.field("service_level", pa.float64(), nullable=False),
        pa.field("lead_time_days", pa.float64(), nullable=False),
        pa.field("review_days", pa.float64(), nullable=False),
        pa.field("protection_days", pa.float64(), nullable=False),
        pa.field("protection_mean_units", pa.float64(), nullable=False),
        pa.field("protection_sd_units", pa.float64(), nullable=False),
        pa.field("safety_stock_units", pa.float64(), nullable=False),
        pa.field("reorder_point_units", pa.float64(), nullable=False),
        pa.field("order_up_to_units", pa.float64(), nullable=False),
        pa.field("position_units", pa.float64(), nullable=False),
        pa.field("available_units", pa.float64(), nullable=False),
        pa.field("suggested_order_units", pa.float64(), nullable=False),
        pa.field("suggested_order_cases", pa.float64(), nullable=False),
        pa.field("order_amount", pa.float64()),
        pa.field("order_by_on", pa.date32()),
        pa.field("stock_out_on", pa.date32()),
        pa.field("expected_lost_units", pa.float64(), nullable=False),
        pa.field("unavoidable_lost_units", pa.float64(), nullable=False),
        pa.field("avoided_lost_units", pa.float64(), nullable=False),
        pa.field("expected_lost_margin_amount", pa.float64()),
        pa.field("avoided_lost_margin_amount", pa.float64()),
        pa.field("holding_cost_amount", pa.float64()),
        pa.field("value_amount", pa.float64()),
        pa.field("method", pa.string(), nullable=False),
        pa.field("fallback_reason", pa.string()),
    ]
)
"""Columns of `reorder_policy`. Two hold exactly: reorder point = protection mean + safety stock,
value = avoided lost margin - holding cost."""


@dataclass(frozen=True)
class PolicySettings:
    """The knobs of the reorder policy.

    Attributes
    ----------
    decided_on
        Day of the decision.
    carrying_cost_rate
        Cost of holding stock, share of its cost per year.
    lost_sale_penalty_rate
        What a lost sale costs beyond its margin, share of the price.
    service_mode
        'economic' weighs margin against holding cost, 'fixed' takes `service_level` for all.
    service_level
        Chance of no shortage within a cycle, 0 to 1, in mode 'fixed' and where price or cost is unknown.
    service_level_floor, service_level_ceiling
        Bounds of the economic service level, 0 to 1.
    default_lead_time_days, default_lead_time_sd_days, default_review_days
        Days, where a position doesn't say.
    fixed_order_cost_amount
        Cost of placing one order line, money; above zero it makes orders larger and rarer.
    inflation_window_days
        Window over which the variance of demand sums is measured, days.
    default_sum_inflation
        Variance of sums over the sum of daily variances where history is too short to tell, 1 to 10.

    Raises
    ------
    ValueError
        On a value out of its range.
    """

    decided_on: dt.date
    carrying_cost_rate: float = 0.25
    lost_sale_penalty_rate: float = 0.0
    service_mode: Literal["economic", "fixed"] = "economic"
    service_level: float = 0.95
    service_level_floor: float = 0.80
    service_level_ceiling: float = 0.99
    default_lead_time_days: float = 30.0
    default_lead_time_sd_days: float = 7.0
    default_review_days: float = 7.0
    fixed_order_cost_amount: float = 0.0
    inflation_window_days: int = 28
    default_sum_inflation: float = 1.5

    def __post_init__(self) -> None:
        """Check every range."""
        if self.service_mode not in ("economic", "fixed"):
            raise ValueError(f"service_mode is {self.service_mode!r}; set it to 'economic' or 'fixed'.")
        for name in ("service_level", "service_level_floor", "service_level_ceiling"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; set it between 0 and 1, both excluded.")
        if self.service_level_floor > self.service_level_ceiling:
            raise ValueError(
                f"service_level_floor {self.service_level_floor} is above service_level_ceiling "
                f"{self.service_level_ceiling}; lower the floor or raise the ceiling."
            )
        for name in (
            "carrying_cost_rate",
            "lost_sale_penalty_rate",
            "default_lead_time_days",
            "default_lead_time_sd_days",
            "default_review_days",
            "fixed_order_cost_amount",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} is {value}; set it to a finite number of zero or more.")
        if not 1 <= self.default_sum_inflation <= 10:
            raise ValueError(
                f"default_sum_inflation is {self.default_sum_inflation}; set it between 1 and 10."
            )
        if self.inflation_window_days < 2:
            raise ValueError(f"inflation_window_days is {self.inflation_window_days}; set it to 2 or more.")


def reorder_policy(
    positions: pa.Table, forecast: pa.Table, history: pa.Table, settings: PolicySettings
) -> pa.Table:
    r"""Reorder point, order-up-to level, suggested order and its money per SKU-location.

    Periodic review, order when the position is at or below the reorder point, up to the order-up-to level
    ((R, s, S), Silver, Pyke & Thomas, *Inventory and Production Management in Supply Chains*, section 6.7).
    Demand over lead time plus review is gamma with the mean and variance of `protection_demand`; the reorder
    point is its quantile at the service level and at least its mean. The order-up-to level adds the demand of
    one review period after it, or the economic order quantity where `fixed_order_cost_amount` makes that
    larger.

    The economic service level is the newsvendor's ratio (margin + penalty) / (margin + penalty + holding
    cost of one unit over a cycle). A cycle is the review period, or as long as the minimum order lasts.

    Parameters
    ----------
    positions
        One row per SKU-location: sku_id, location_id, on_hand_units, committed_units, unsellable_units,
        in_transit_units, on_order_units (units that in_transit_units doesn't hold), unit_cost_amount,
        unit_price_amount, case_pack_units, minimum_order_units, lead_time_days, lead_time_sd_days,
        review_days. Nulls are allowed: unknown units count as none, unknown times get the setting's default.
    forecast
        sku_id, location_id, forecast_on, mean_units, variance_units (daily, summed over channels).
    history
        sku_id, location_id, demand_on, demand_units.
    settings
        The knobs.

    Returns
    -------
    pyarrow.Table
        `REORDER_SCHEMA`, one row per position in the order given. Money is null where the cost it needs is.
        `expected_lost_units` is the shortfall over the protection interval if nothing is ordered;
        `unavoidable_lost_units` the part lost before an order of today can arrive; `avoided_lost_units` what
        the suggested order saves. `order_by_on` is the day the position is expected to reach the reorder
        point, `stock_out_on` the day that the available stock is used up without arrivals, null beyond the
        forecast.

    Raises
    ------
    ValueError
        On missing columns, repeated keys, negative or infinite numbers.
    """
    check_columns(positions, "positions", ["sku_id", "location_id", *_UNITS, *_MONEY, *_PACKS, *_TIMES])
    series = read_series(positions)
    size = len(series)
    if not size:
        return REORDER_SCHEMA.empty_table()
    decided = day_number(settings.decided_on)
    demand = read_demand(series, positions, forecast, history, decided)

    units = {name: np.nan_to_num(numbers(positions, "positions", name)) for name in _UNITS}
    cost, price = (numbers(positions, "positions", name, minimum=0) for name in _MONEY)
    case_pack, minimum = (numbers(positions, "positions", name, minimum=0) for name in _PACKS)
    lead, lead_sd, review = (numbers(positions, "positions", name, minimum=0) for name in _TIMES)
    no_lead, no_lead_sd, no_review = np.isnan(lead), np.isnan(lead_sd), np.isnan(review)
    lead = np.where(no_lead, settings.default_lead_time_days, lead)
    lead_sd = np.where(no_lead_sd, settings.default_lead_time_sd_days, lead_sd)
    review = np.where(no_review, settings.default_review_days, review)
    case_pack = np.where(np.isnan(case_pack) | (case_pack == 0), 1.0, case_pack)
    minimum = np.nan_to_num(minimum)

    inflation = sum_inflation(
        demand.history, settings.inflation_window_days, default=settings.default_sum_inflation
    )
    mean, variance = protection_demand(demand.mean, demand.variance, lead, lead_sd, review, inflation)
    mean, spread = mean.round(6), np.sqrt(variance).round(6)
    variance = spread**2
    interval = np.column_stack([lead + review, lead + 2 * review])
    at_end, a_cycle_later = cumulative_demand(demand.mean, interval).T
    cycle_units = a_cycle_later - at_end
    # rounded, so that a forecast of next to nothing counts as nothing
    daily = np.divide(at_end, lead + review, out=np.zeros(size), where=lead + review > 0).round(9)

    level, no_level, no_margin = _service_level(price, cost, minimum, daily, review, settings)
    safety = np.maximum(gamma_quantile(mean, variance, level) - mean, 0.0).round(6)
    reorder_point = mean + safety
    up_to = reorder_point + np.maximum(cycle_units, _economic_quantity(cost, daily, settings)).round(6)

    available = units["on_hand_units"] - units["committed_units"] - units["unsellable_units"]
    position = available + units["in_transit_units"] + units["on_order_units"]
    quantity, cases = _order_quantity(position, reorder_point, up_to, case_pack, minimum)

    lead_mean, lead_variance = protection_demand(
        demand.mean, demand.variance, lead, lead_sd, np.zeros(size), inflation
    )
    lost = expected_shortfall(mean, variance, position).round(6)
    unavoidable = np.minimum(expected_shortfall(lead_mean, lead_variance, position).round(6), lost)
    still_lost = expected_shortfall(mean, variance, position + quantity)
    avoided = np.where(quantity > 0, np.maximum(lost - unavoidable - still_lost, 0.0), 0.0).round(6)
    worth = np.maximum(price - cost, 0.0) + settings.lost_sale_penalty_rate * price
    # half the quantity is held on average until it is sold, a year at most
    sold_days = np.minimum(
        np.divide(quantity, daily, out=np.full(size, YEAR_DAYS), where=daily > 0), YEAR_DAYS
    )
    holding = (cost * quantity / 2 * settings.carrying_cost_rate * sold_days / YEAR_DAYS).round(6)
    avoided_margin = (avoided * worth).round(6)

    why = [
        (no_lead, f"lead time unknown: {settings.default_lead_time_days:g} days assumed"),
        (no_lead_sd, f"spread of the lead time unknown: {settings.default_lead_time_sd_days:g} days assumed"),
        (no_review, f"review period unknown: {settings.default_review_days:g} days assumed"),
        (no_level, f"price or cost unknown: service level {settings.service_level:g} assumed"),
        (no_margin, "price not above cost: service level at its floor"),
        (~demand.has_forecast & demand.has_history, "no forecast: level of the last 91 days of demand"),
        (~demand.has_forecast & ~demand.has_history, "neither forecast nor history: no demand assumed"),
    ]
    columns = {
        "sku_id": pa.array(series.sku_ids, pa.string()),
        "location_id": pa.array(series.location_ids, pa.string()),
        "decided_on": pa.array([settings.decided_on] * size, pa.date32()),
        "service_level": number_column(level),
        "lead_time_days": number_column(lead),
        "review_days": number_column(review),
        "protection_days": number_column(lead + review),
        "protection_mean_units": number_column(mean),
        "protection_sd_units": number_column(spread),
        "safety_stock_units": number_column(safety),
        "reorder_point_units": number_column(reorder_point),
        "order_up_to_units": number_column(up_to),
        "position_units": number_column(position),
        "available_units": number_column(available),
        "suggested_order_units": number_column(quantity),
        "suggested_order_cases": number_column(cases),
        "order_amount": number_column((quantity * cost).round(6)),
        "order_by_on": date_column(_day_used_up(demand, position - reorder_point, decided)),
        "stock_out_on": date_column(_day_used_up(demand, available, decided)),
        "expected_lost_units": number_column(lost),
        "unavoidable_lost_units": number_column(unavoidable),
        "avoided_lost_units": number_column(avoided),
        "expected_lost_margin_amount": number_column((lost * worth).round(6)),
        "avoided_lost_margin_amount": number_column(avoided_margin),
        "holding_cost_amount": number_column(holding),
        "value_amount": number_column(avoided_margin - holding),
        "method": pa.array(_methods(demand, settings), pa.string()),
        "fallback_reason": pa.array(reasons(why, size), pa.string()),
    }
    return pa.table(columns, schema=REORDER_SCHEMA)


_UNITS = ("on_hand_units", "committed_units", "unsellable_units", "in_transit_units", "on_order_units")
_MONEY = ("unit_cost_amount", "unit_price_amount")
_PACKS = ("case_pack_units", "minimum_order_units")
_TIMES = ("lead_time_days", "lead_time_sd_days", "review_days")


def _service_level(
    price: Floats, cost: Floats, minimum: Floats, daily: Floats, review: Floats, settings: PolicySettings
) -> tuple[Floats, Bools, Bools]:
    """Service level per row, and where it is assumed or at its floor for want of a margin."""
    nobody = np.zeros(len(price), dtype=np.bool_)
    if settings.service_mode == "fixed":
        return np.full(len(price), settings.service_level), nobody, nobody
    unknown = np.isnan(price) | np.isnan(cost)
    gain = np.maximum(price - cost, 0.0) + settings.lost_sale_penalty_rate * price
    lasts = np.divide(minimum, daily, out=np.where(minimum > 0, YEAR_DAYS, 0.0), where=daily > 0)
    cycle = np.minimum(np.maximum(review, lasts), YEAR_DAYS)
    hold = settings.carrying_cost_rate * cost * cycle / YEAR_DAYS
    ratio = np.divide(gain, gain + hold, out=np.zeros(len(price)), where=gain + hold > 0)
    level = np.clip(ratio, settings.service_level_floor, settings.service_level_ceiling)
    return np.where(unknown, settings.service_level, level), unknown, ~unknown & (gain <= 0)


def _economic_quantity(cost: Floats, daily: Floats, settings: PolicySettings) -> Floats:
    """Economic order quantity per row, zero where ordering or holding costs nothing."""
    hold = np.nan_to_num(cost) * settings.carrying_cost_rate
    square = 2 * settings.fixed_order_cost_amount * daily * YEAR_DAYS
    return np.sqrt(np.divide(square, hold, out=np.zeros(len(cost)), where=hold > 0))


def _order_quantity(
    position: Floats, reorder_point: Floats, up_to: Floats, case_pack: Floats, minimum: Floats
) -> tuple[Floats, Floats]:
    """Units and whole cases to order, none above the reorder point or where nothing is lacking."""
    lacking = np.where(position <= reorder_point, up_to - position, 0.0)
    needed = lacking > 1e-9
    wanted = np.where(needed, np.maximum(lacking, minimum), 0.0)
    # the small slack keeps a rounding error from adding a case
    cases = np.ceil(wanted / case_pack - 1e-9)
    return cases * case_pack, cases


def _day_used_up(demand: DailyDemand, stock: Floats, decided: int) -> Floats:
    """Day on which expected demand uses up the stock, NaN beyond the forecast."""
    sums = np.cumsum(demand.mean, axis=1)
    reached = sums >= stock[:, None]
    day = demand.first_day + np.argmax(reached, axis=1).astype(np.float64)
    day = np.where(reached.any(axis=1), day, np.nan)
    return np.where(stock <= 0, float(decided), day)


def _methods(demand: DailyDemand, settings: PolicySettings) -> list[str]:
    source = np.where(
        demand.has_forecast,
        "daily forecast",
        np.where(demand.has_history, "mean of past demand", "no demand"),
    )
    mode = "economic" if settings.service_mode == "economic" else "fixed"
    return [f"gamma demand over lead time and review from {text}, {mode} service level" for text in source]
