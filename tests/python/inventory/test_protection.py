import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sellthrough.inventory.policy import (
    economic_order_quantity,
    newsvendor_normal,
    newsvendor_poisson,
    protection_demand,
    sum_inflation,
)
from sellthrough.inventory.protection import cumulative_demand, expected_shortfall, gamma_quantile

ONE = np.ones(1)


def test_economic_order_quantity_gives_the_textbook_value() -> None:
    quantity, cost = economic_order_quantity(8, 0.225, 1300)
    assert quantity == pytest.approx(304.0467800264, abs=1e-9)
    assert cost == pytest.approx(68.4105255059, abs=1e-9)


def test_newsvendor_normal_gives_the_textbook_values() -> None:
    level, cost = newsvendor_normal(0.18, 0.70, 50, 8)
    assert level == pytest.approx(56.6039559274, abs=1e-9)
    assert cost == pytest.approx(1.9976051932, abs=1e-9)
    assert newsvendor_normal(0.18, 0.70, 50, 8, 4)[0] == pytest.approx(264.7668943742, abs=1e-9)


def test_newsvendor_poisson_gives_the_textbook_value_and_is_the_cheapest_level() -> None:
    level, cost = newsvendor_poisson(1, 4, 6)
    assert level == 8
    assert cost == pytest.approx(3.5701069458, abs=1e-9)
    demand = np.arange(80)
    chance = stats.poisson.pmf(demand, 6)
    costs = [float((chance * np.where(demand < s, s - demand, 4 * (demand - s))).sum()) for s in range(20)]
    assert int(np.argmin(costs)) == level
    assert min(costs) == pytest.approx(cost)


@pytest.mark.parametrize("arguments", [(8, 0, 1300), (-1, 0.2, 1300), (8, float("nan"), 1300)])
def test_economic_order_quantity_refuses_impossible_costs(arguments: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="give a finite number"):
        economic_order_quantity(*arguments)


def test_steady_demand_gives_the_classic_formula() -> None:
    daily, variance = np.full((1, 200), 3.0), np.full((1, 200), 5.0)
    mean, total = protection_demand(daily, variance, 30 * ONE, 8 * ONE, 7 * ONE, 2 * ONE)
    assert mean[0] == pytest.approx(3 * 37)
    assert total[0] == pytest.approx(2 * 5 * 37 + 9 * 64, rel=1e-6)


def test_seasonal_demand_agrees_with_drawn_lead_times() -> None:
    days = np.arange(200)
    daily = (5 + 4 * np.sin(days / 15))[None, :]
    mean, total = protection_demand(daily, daily, 40 * ONE, 12 * ONE, 7 * ONE, ONE)
    rng = np.random.default_rng(7)
    spread = np.sqrt(np.log1p(0.3**2))
    lead = np.exp(rng.normal(np.log(40) - spread**2 / 2, spread, 200_000))
    sums = cumulative_demand(np.repeat(daily, 1, axis=0), (lead + 7)[None, :])[0]
    assert mean[0] == pytest.approx(sums.mean(), rel=0.005)
    assert total[0] == pytest.approx(sums.var() + sums.mean(), rel=0.02)


def test_a_short_horizon_goes_on_with_its_last_28_days() -> None:
    daily = np.concatenate([np.full(10, 9.0), np.full(28, 2.0)])[None, :]
    mean, _ = protection_demand(daily, daily, 60 * ONE, 0 * ONE, 0 * ONE, ONE)
    assert mean[0] == pytest.approx(90 + 56 + 22 * 2)


def test_protection_demand_refuses_an_inflation_below_one() -> None:
    flat = np.ones((1, 10))
    with pytest.raises(ValueError, match=r"inflation is 0\.5 for series 0"):
        protection_demand(flat, flat, ONE, ONE, ONE, 0.5 * ONE)


def test_independent_days_need_no_inflation() -> None:
    rng = np.random.default_rng(1)
    ratio = sum_inflation(rng.poisson(4, (200, 364)).astype(float))
    assert ratio.mean() == pytest.approx(1.0, abs=0.12)


def test_a_wandering_level_inflates_sums_and_a_season_or_weekday_does_not() -> None:
    rng = np.random.default_rng(2)
    size, days = 100, 728
    noise = rng.normal(0, 1, (size, days))
    level = np.zeros((size, days))
    for day in range(1, days):
        level[:, day] = 0.95 * level[:, day - 1] + rng.normal(0, 0.3, size)
    calendar = 3 * (np.arange(days) % 7 == 5) + np.sin(2 * np.pi * np.arange(days) / 365)
    assert sum_inflation(20 + level + noise).mean() > 4
    assert sum_inflation(20 + calendar + noise).mean() < 2


def test_inflation_stays_in_bounds_whatever_the_history() -> None:
    wild = np.repeat(np.array([[0.0, 1000.0, 0.0] * 3]), 28, axis=1)
    assert (sum_inflation(wild) == 10).all()
    assert sum_inflation(np.full((1, 400), 3.0)).tolist() == [1.5]
    assert sum_inflation(np.full((2, 400), np.nan), default=2.0).tolist() == [2.0, 2.0]


@settings(max_examples=60, deadline=None)
@given(
    mean=st.floats(0.001, 1e4),
    spread=st.floats(0.05, 5.0),
    low=st.floats(0.5, 0.98),
    step=st.floats(0.0, 0.019),
)
def test_quantiles_never_cross_nor_turn_negative(mean: float, spread: float, low: float, step: float) -> None:
    centre, variance = np.array([mean]), np.array([(mean * spread) ** 2])
    lower = gamma_quantile(centre, variance, np.array([low]))[0]
    upper = gamma_quantile(centre, variance, np.array([low + step]))[0]
    assert 0 <= lower <= upper


@settings(max_examples=60, deadline=None)
@given(mean=st.floats(0.01, 1e3), spread=st.floats(0.1, 3.0), stock=st.floats(-50, 2e3))
def test_shortfall_lies_between_its_bounds_and_falls_with_stock(
    mean: float, spread: float, stock: float
) -> None:
    centre, variance = np.array([mean]), np.array([(mean * spread) ** 2])
    short = expected_shortfall(centre, variance, np.array([stock]))[0]
    assert max(mean - stock, 0) - 1e-6 * mean <= short <= mean + max(-stock, 0) + 1e-9
    assert expected_shortfall(centre, variance, np.array([stock + 1]))[0] <= short + 1e-9


def test_shortfall_agrees_with_drawn_demand() -> None:
    drawn = np.random.default_rng(3).gamma(4, 5, 400_000)
    short = expected_shortfall(np.array([20.0]), np.array([100.0]), np.array([25.0]))[0]
    assert short == pytest.approx(np.maximum(drawn - 25, 0).mean(), rel=0.01)


@pytest.mark.parametrize("mean", [0.0, 1e-300, 1e-9, 1e-3, 1e6])
@pytest.mark.parametrize("variance", [0.0, 1e-300, 1e-9, 1.0, 1e12])
def test_extreme_demand_still_gives_finite_numbers(mean: float, variance: float) -> None:
    centre, around = np.array([mean]), np.array([variance])
    assert np.isfinite(gamma_quantile(centre, around, np.array([0.99]))).all()
    assert np.isfinite(expected_shortfall(centre, around, np.array([1.0]))).all()


def test_a_lead_time_of_no_days_has_no_spread() -> None:
    flat = np.full((2, 30), 2.0)
    mean, variance = protection_demand(
        flat, flat, np.array([0.0, 1e-239]), np.array([5.0, 5.0]), np.array([7.0, 7.0]), np.ones(2)
    )
    assert mean == pytest.approx([14.0, 14.0])
    assert variance == pytest.approx([14.0, 14.0])
