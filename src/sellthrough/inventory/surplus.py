"""Surplus: stock and orders beyond what demand can plausibly take, and the last day to act."""

from __future__ import annotations

__all__ = ["SURPLUS_SCHEMA", "SurplusSettings", "flag_surplus"]

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sellthrough.inventory._columns import (
    check_columns,
    date_column,
    dates,
    day_number,
    number_column,
    numbers,
    read_series,
    reasons,
)
from sellthrough.inventory.demand import read_demand
from sellthrough.inventory.protection import TAIL_DAYS, cumulative_demand, gamma_quantile

Floats = npt.NDArray[np.float64]

SURPLUS_SCHEMA = pa.schema(
    [
        pa.field("sku_id", pa.string(), nullable=False),
        pa.field("location_id", pa.string(), nullable=False),
        pa.field("flagged_on", pa.date32(), nullable=False),
        pa.field("horizon_ends_on", pa.date32(), nullable=False),
        pa.field("on_hand_units", pa.float64(), nullable=False),
        pa.field("in_transit_units", pa.float64(), nullable=False),
        pa.field("on_order_units", pa.float64(), nullable=False),
        pa.field("plausible_demand_units", pa.float64(), nullable=False),
        pa.field("expected_demand_units", pa.float64(), nullable=False),
        pa.field("surplus_units", pa.float64(), nullable=False),
        pa.field("surplus_on_hand_units", pa.float64(), nullable=False),
        pa.field("surplus_on_order_units", pa.float64(), nullable=False),
        pa.field("unit_cost_amount", pa.float64()),
        pa.field("surplus_cost_amount", pa.float64()),
        pa.field("surplus_retail_amount", pa.float64()),
        pa.field("cover_days", pa.float64()),
        pa.field("act_from_on", pa.date32()),
        pa.field("recoverable_on_order_amount", pa.float64()),
        pa.field("recoverable_on_hand_amount", pa.float64()),
        pa.field("recoverable_amount", pa.float64()),
        pa.field("is_surplus", pa.bool_(), nullable=False),
        pa.field("recommended_action", pa.string(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("fallback_reason", pa.string()),
    ]
)
"""Columns of `flag_surplus`. Surplus and the recoverable amount are each exactly the sum of an on-hand and an
on-order part."""


@dataclass(frozen=True)
class SurplusSettings:
    """The knobs of the surplus.

    Attributes
    ----------
    flagged_on
        Day of the decision.
    horizon_days
        Days to look ahead where an item has no season's end.
    plausible_quantile
        Quantile of demand until then that counts as plausible, 0 to 1.
    markdown_rate
        Markdown assumed to clear surplus, share of the price.
    default_elasticity
        Own-price elasticity where an item has none.
    salvage_rate
        What is left at the horizon's end, share of the cost.
    minimum_surplus_units
        Smaller surpluses aren't flagged, units.
    default_sum_inflation
        Variance of demand sums over the sum of daily variances where positions don't say, 1 or more.

    Raises
    ------
    ValueError
        On a value out of its range.
    """

    flagged_on: dt.date
    horizon_days: int = 126
    plausible_quantile: float = 0.9
    markdown_rate: float = 0.3
    default_elasticity: float = -1.5
    salvage_rate: float = 0.2
    minimum_surplus_units: float = 1.0
    default_sum_inflation: float = 1.5

    def __post_init__(self) -> None:
        """Check every range."""
        if self.horizon_days < 1:
            raise ValueError(f"horizon_days is {self.horizon_days}; set it to 1 or more.")
        for name in ("plausible_quantile", "markdown_rate"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; set it between 0 and 1, both excluded.")
        if not 0 <= self.salvage_rate <= 1:
            raise ValueError(f"salvage_rate is {self.salvage_rate}; set it between 0 and 1.")
        if not (math.isfinite(self.default_elasticity) and self.default_elasticity <= 0):
            raise ValueError(f"default_elasticity is {self.default_elasticity}; set it to zero or less.")
        if not (math.isfinite(self.default_sum_inflation) and self.default_sum_inflation >= 1):
            raise ValueError(f"default_sum_inflation is {self.default_sum_inflation}; set it to 1 or more.")
        if not (math.isfinite(self.minimum_surplus_units) and self.minimum_surplus_units >= 0):
            raise ValueError(
                f"minimum_surplus_units is {self.minimum_surplus_units}; set it to zero or more."
            )


def flag_surplus(positions: pa.Table, forecast: pa.Table, settings: SurplusSettings) -> pa.Table:
    r"""Stock and orders that demand until the season's end won't take, and what acting now saves.

    Demand until the end is gamma around the sum of the daily forecast; its `plausible_quantile` is what could
    sell. Orders count as surplus first, as they can still be cancelled. A markdown :math:`m` at elasticity
    :math:`e` multiplies daily demand by :math:`(1 - m)^e`; `act_from_on` is the last day from which that
    sells the surplus on hand by the end, today if even that is too late or an order should be cancelled.

    What acting saves: cancelled units their cost less salvage; marked-down units the reduced price less
    salvage, less the discount given on the units that would have sold at full price from that day on.

    Parameters
    ----------
    positions
        One row per SKU-location: sku_id, location_id, on_hand_units, on_order_units, unit_cost_amount,
        unit_price_amount, season_ends_on; and if there are any committed_units, unsellable_units,
        in_transit_units, elasticity, sum_inflation. Nulls are allowed.
    forecast
        sku_id, location_id, forecast_on, mean_units, variance_units (daily, summed over channels).
    settings
        The knobs.

    Returns
    -------
    pyarrow.Table
        `SURPLUS_SCHEMA`, one row per position in the order given. `on_hand_units` is free stock: less what is
        committed or unsellable. Money is null where the cost or price it needs is.

    Raises
    ------
    ValueError
        On missing columns, repeated keys or numbers out of range.
    """
    check_columns(positions, "positions", ["sku_id", "location_id", *_NEEDED])
    series = read_series(positions)
    size = len(series)
    if not size:
        return SURPLUS_SCHEMA.empty_table()
    flagged = day_number(settings.flagged_on)
    demand = read_demand(series, positions, forecast, None, flagged)

    held, committed, unsellable, transit, ordered = (
        np.nan_to_num(numbers(positions, "positions", name, optional=name not in _NEEDED)) for name in _UNITS
    )
    on_hand = held - committed - unsellable
    cost = numbers(positions, "positions", "unit_cost_amount", minimum=0)
    price = numbers(positions, "positions", "unit_price_amount", minimum=0)
    elasticity = numbers(positions, "positions", "elasticity", optional=True)
    inflation = numbers(positions, "positions", "sum_inflation", minimum=1, optional=True)
    inflation = np.where(np.isnan(inflation), settings.default_sum_inflation, inflation)
    no_elasticity, no_price = np.isnan(elasticity), np.isnan(price) | np.isnan(cost)
    elasticity = np.where(no_elasticity, settings.default_elasticity, elasticity)
    season_end = dates(positions, "positions", "season_ends_on", allow_null=True)
    end = np.where(np.isnan(season_end), float(flagged + settings.horizon_days - 1), season_end)

    # columns of the forecast that lie before the end, the end's own day included
    window = np.maximum(end - demand.first_day + 1, 0.0)
    expected = cumulative_demand(demand.mean, window[:, None])[:, 0].round(6)
    variance = inflation * cumulative_demand(demand.variance, window[:, None])[:, 0]
    quantile = gamma_quantile(expected, variance, np.full(size, settings.plausible_quantile))
    plausible = np.maximum(quantile, expected).round(6)

    surplus = np.maximum(on_hand + transit + ordered - plausible, 0.0).round(6)
    from_order = np.minimum(surplus, np.maximum(ordered, 0.0)).round(6)
    from_hand = (surplus - from_order).round(6)
    surplus = from_hand + from_order
    is_surplus = (surplus > 0) & (surplus >= settings.minimum_surplus_units)

    lift = np.maximum((1 - settings.markdown_rate) ** elasticity, 1.0) - 1
    # units sold without a markdown in the time that it needs: all there is where it can't clear the surplus
    needed = np.divide(from_hand, lift, out=np.full(size, np.inf), where=lift > 0)
    at_full_price = np.minimum(needed, expected)
    cleared = at_full_price * lift
    start = _days_until(demand.mean, np.maximum(expected - needed, 0.0), window)
    act = np.where(is_surplus, flagged + np.where(from_order > 0, 0.0, start), np.nan)

    salvage = settings.salvage_rate * cost
    discount = settings.markdown_rate * price * at_full_price
    gain = np.maximum(cleared * (price - settings.markdown_rate * price - salvage) - discount, 0.0)
    saved_on_order = np.where(is_surplus, from_order * (cost - salvage), 0.0).round(6)
    saved_on_hand = np.where(is_surplus, gain, 0.0).round(6)
    pays = np.nan_to_num(saved_on_hand) > 0
    cancel = is_surplus & (from_order > 0)
    mark_down = is_surplus & ~cancel & pays
    action = np.where(cancel, "cancel order", np.where(mark_down, "mark down", "none"))

    why = [
        (~demand.has_forecast, "no forecast: no demand assumed"),
        (np.isnan(season_end), f"no season's end: {settings.horizon_days} days ahead"),
        (end < flagged, "season has ended: no demand left"),
        (no_elasticity, f"no elasticity: {settings.default_elasticity:g} assumed"),
        (no_price, "price or cost unknown: no money on it"),
        (is_surplus & ~cancel & ~pays & ~no_price, "a markdown would cost more than it brings"),
    ]
    columns = {
        "sku_id": pa.array(series.sku_ids, pa.string()),
        "location_id": pa.array(series.location_ids, pa.string()),
        "flagged_on": pa.array([settings.flagged_on] * size, pa.date32()),
        "horizon_ends_on": date_column(end),
        "on_hand_units": number_column(on_hand),
        "in_transit_units": number_column(transit),
        "on_order_units": number_column(ordered),
        "plausible_demand_units": number_column(plausible),
        "expected_demand_units": number_column(expected),
        "surplus_units": number_column(surplus),
        "surplus_on_hand_units": number_column(from_hand),
        "surplus_on_order_units": number_column(from_order),
        "unit_cost_amount": number_column(cost),
        "surplus_cost_amount": number_column((surplus * cost).round(6)),
        "surplus_retail_amount": number_column((surplus * price).round(6)),
        "cover_days": number_column(_cover_days(demand.mean, on_hand + transit + ordered)),
        "act_from_on": date_column(act),
        "recoverable_on_order_amount": number_column(saved_on_order),
        "recoverable_on_hand_amount": number_column(saved_on_hand),
        "recoverable_amount": number_column(saved_on_order + saved_on_hand),
        "is_surplus": pa.array(is_surplus, pa.bool_()),
        "recommended_action": pa.array(action.tolist(), pa.string()),
        "method": pa.array(
            [f"gamma demand until the end, {settings.plausible_quantile:g} quantile"] * size, pa.string()
        ),
        "fallback_reason": pa.array(reasons(why, size), pa.string()),
    }
    return pa.table(columns, schema=SURPLUS_SCHEMA)


_NO_DEMAND = 1e-9  # units a day below which stock counts as lasting for ever
_NEEDED = ("on_hand_units", "on_order_units", "unit_cost_amount", "unit_price_amount", "season_ends_on")
_UNITS = ("on_hand_units", "committed_units", "unsellable_units", "in_transit_units", "on_order_units")


def _days_until(daily: Floats, units: Floats, window: Floats) -> Floats:
    """Whole days after which at most `units` are expected to have sold, within the window."""
    longest = max(int(window.max()), 1)
    horizon = np.broadcast_to(np.arange(longest + 1, dtype=np.float64), (len(daily), longest + 1))
    sold = cumulative_demand(daily, horizon)
    inside = (sold <= units[:, None] + 1e-6) & (horizon <= window[:, None])
    return np.asarray(np.maximum(inside.sum(axis=1) - 1.0, 0.0))


def _cover_days(daily: Floats, stock: Floats) -> Floats:
    """Days that the stock lasts at expected demand, NaN where demand never uses it up."""
    sums = np.cumsum(daily, axis=1)
    reached = sums >= stock[:, None]
    index = np.argmax(reached, axis=1)
    rows = np.arange(len(daily))
    before = np.where(index > 0, sums[rows, index - 1], 0.0)
    inside = index + np.divide(
        stock - before, daily[rows, index], out=np.zeros(len(daily)), where=daily[rows, index] > _NO_DEMAND
    )
    tail = daily[:, -TAIL_DAYS:].mean(axis=1)
    left = stock - sums[:, -1]
    beyond = daily.shape[1] + np.divide(left, tail, out=np.full(len(daily), np.nan), where=tail > _NO_DEMAND)
    days = np.where(reached.any(axis=1), inside, beyond)
    return np.where(stock <= 0, 0.0, days).round(6)
