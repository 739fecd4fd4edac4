"""Textbook inventory kernels: order quantities and newsvendor levels in closed form.

Source: Snyder & Shen, *Fundamentals of Supply Chain Theory*, chapters 3 and 4.
"""

from __future__ import annotations

__all__ = ["economic_order_quantity", "newsvendor_normal", "newsvendor_poisson"]

import math

from scipy import stats


def _positive(name: str, value: float, *, zero: bool = False) -> None:
    if not math.isfinite(value) or value < 0 or (value == 0 and not zero):
        kind = "zero or more" if zero else "above zero"
        raise ValueError(f"{name} is {value}; give a finite number {kind}.")


def economic_order_quantity(
    fixed_cost: float, holding_cost: float, demand_rate: float
) -> tuple[float, float]:
    r"""Order quantity that balances the cost of ordering with that of holding.

    :math:`Q = \sqrt{2 K d / h}`, cost :math:`\sqrt{2 K d h}` (Snyder & Shen, eq. 3.4 and 3.5).

    Parameters
    ----------
    fixed_cost
        Cost of one order, money.
    holding_cost
        Cost of holding one unit for one period, money.
    demand_rate
        Units per period.

    Returns
    -------
    quantity, cost
        Units per order, and money per period for ordering and holding.

    Raises
    ------
    ValueError
        If the holding cost isn't above zero, or the others are negative.

    Examples
    --------
    >>> quantity, cost = economic_order_quantity(8, 0.225, 1300)
    >>> round(quantity, 10), round(cost, 10)
    (304.0467800264, 68.4105255059)
    """
    _positive("fixed_cost", fixed_cost, zero=True)
    _positive("holding_cost", holding_cost)
    _positive("demand_rate", demand_rate, zero=True)
    return (
        math.sqrt(2 * fixed_cost * demand_rate / holding_cost),
        math.sqrt(2 * fixed_cost * demand_rate * holding_cost),
    )


def newsvendor_normal(
    holding_cost: float,
    stockout_cost: float,
    demand_mean: float,
    demand_sd: float,
    lead_time: float = 0,
) -> tuple[float, float]:
    r"""Base-stock level and expected cost under normal demand.

    With :math:`\alpha = p / (p + h)` and demand over lead time plus one period of mean
    :math:`(L + 1) \mu` and standard deviation :math:`\sigma \sqrt{L + 1}`:
    :math:`S = \mu_L + z_\alpha \sigma_L`, cost :math:`(h + p) \phi(z_\alpha) \sigma_L`
    (Snyder & Shen, theorem 4.1, section 4.3.4).

    Parameters
    ----------
    holding_cost, stockout_cost
        Money per unit left over, and per unit short.
    demand_mean, demand_sd
        Units per period.
    lead_time
        Periods until an order arrives.

    Returns
    -------
    level, cost
        Base-stock level in units and expected cost per period.

    Raises
    ------
    ValueError
        On costs or a standard deviation that aren't above zero, or a negative lead time.

    Examples
    --------
    >>> level, cost = newsvendor_normal(0.18, 0.70, 50, 8)
    >>> round(level, 10), round(cost, 10)
    (56.6039559274, 1.9976051932)
    >>> round(newsvendor_normal(0.18, 0.70, 50, 8, lead_time=4)[0], 10)
    264.7668943742
    """
    _positive("holding_cost", holding_cost)
    _positive("stockout_cost", stockout_cost)
    _positive("demand_sd", demand_sd)
    _positive("lead_time", lead_time, zero=True)
    ratio = stockout_cost / (stockout_cost + holding_cost)
    z = float(stats.norm.ppf(ratio))
    sd = demand_sd * math.sqrt(lead_time + 1)
    cost = (holding_cost + stockout_cost) * float(stats.norm.pdf(z)) * sd
    return demand_mean * (lead_time + 1) + z * sd, cost


def newsvendor_poisson(holding_cost: float, stockout_cost: float, demand_mean: float) -> tuple[int, float]:
    r"""Base-stock level and expected cost under Poisson demand.

    The smallest integer :math:`S` with :math:`F(S) \ge p / (p + h)`; cost
    :math:`h\,E[(S - D)^+] + p\,E[(D - S)^+]` (Snyder & Shen, section 4.3.2.7).

    Parameters
    ----------
    holding_cost, stockout_cost
        Money per unit left over, and per unit short.
    demand_mean
        Units per period.

    Returns
    -------
    level, cost
        Base-stock level in whole units and expected cost per period.

    Raises
    ------
    ValueError
        On a cost or mean that isn't above zero.

    Examples
    --------
    >>> level, cost = newsvendor_poisson(1, 4, 6)
    >>> level, round(cost, 10)
    (8, 3.5701069458)
    """
    _positive("holding_cost", holding_cost)
    _positive("stockout_cost", stockout_cost)
    _positive("demand_mean", demand_mean)
    level = int(stats.poisson.ppf(stockout_cost / (stockout_cost + holding_cost), demand_mean))
    # E[(D - S)+] = mean * P(D >= S) - S * P(D > S)
    short = demand_mean * float(stats.poisson.sf(level - 1, demand_mean)) - level * float(
        stats.poisson.sf(level, demand_mean)
    )
    return level, holding_cost * (level - demand_mean + short) + stockout_cost * short
