import numpy as np
import pytest

from sellthrough.pricing.log_log import log_log_by_item, log_log_ols
from sellthrough.pricing.shrinkage import shrink, widen_strange

PRIOR = {"prior_mean": -1.5, "prior_sd": 1.0, "prior_item_sd": 0.7, "prior_group_sd": 0.5}


def test_the_noisier_the_estimate_the_closer_it_comes_to_its_group() -> None:
    estimate = np.array([-2.0, -2.1, -1.9, -2.0, -4.0, -4.0])
    variance = np.array([0.01, 0.01, 0.01, 0.01, 0.01, 4.0])
    out = shrink(estimate, variance, np.zeros(6, dtype=np.int64), **PRIOR)
    assert out.mean[4] < -3.5
    assert -3.0 < out.mean[5] < -2.0
    assert out.own_weight[4] > 0.9 > out.own_weight[5]


def test_without_any_estimate_the_prior_stands() -> None:
    nothing = np.full(3, np.nan)
    out = shrink(nothing, nothing, np.array([0, 0, 1]), **PRIOR)
    assert out.mean == pytest.approx([-1.5] * 3)
    assert out.own_weight.tolist() == [0, 0, 0]
    assert (out.variance > 1.0).all()


def test_an_item_without_estimate_takes_its_category_and_a_wider_interval() -> None:
    estimate = np.array([-3.0, -3.1, -2.9, np.nan, -1.0, -1.1, -0.9])
    variance = np.full(7, 0.01)
    out = shrink(estimate, variance, np.array([0, 0, 0, 0, 1, 1, 1]), **PRIOR)
    assert out.mean[3] == pytest.approx(-3.0, abs=0.3)
    assert out.variance[3] > 3 * out.variance[0]


def test_intervals_hold_as_often_as_they_say() -> None:
    rng = np.random.default_rng(11)
    held = []
    for _ in range(20):
        group = np.repeat(np.arange(8), 25)
        truth = (-2 + 0.4 * rng.normal(size=8))[group] + 0.5 * rng.normal(size=200)
        variance = rng.uniform(0.05, 1.5, 200)
        out = shrink(truth + np.sqrt(variance) * rng.normal(size=200), variance, group, **PRIOR)
        held.append(np.abs(truth - out.mean) <= 1.6449 * np.sqrt(out.variance))
    assert np.mean(held) == pytest.approx(0.90, abs=0.02)


def test_log_log_slopes_by_group_with_intercepts() -> None:
    price = np.array([1.0, 2.0, 3.0, 1.0, 2.0, 3.0])
    brand = np.array(["a"] * 3 + ["b"] * 3)
    units = np.where(brand == "a", 50 * price**-1.5, 900 * price**-3.0)
    assert log_log_ols(units, price, brand, brand) == pytest.approx([-1.5, -3.0])
    assert log_log_ols(units, price, brand) == pytest.approx([-2.25])
    with pytest.raises(ValueError, match="observation 1"):
        log_log_ols(np.array([1.0, 0.0]), np.array([1.0, 1.0]))


def test_an_estimate_far_from_its_group_does_not_set_the_spread_of_all() -> None:
    estimate = np.r_[np.full(20, -2.0) + np.linspace(-0.3, 0.3, 20), 6.0]
    variance, group = np.full(21, 0.05), np.zeros(21, dtype=np.int64)
    wide = widen_strange(estimate, variance, group, 0.7)
    assert (wide[:20] == variance[:20]).all()
    assert wide[20] > 5.0
    naive, careful = (shrink(estimate, each, group, **PRIOR) for each in (variance, wide))
    calm = shrink(estimate[:20], variance[:20], group[:20], **PRIOR)
    assert abs(careful.item_sd - calm.item_sd) < 0.5 * abs(naive.item_sd - calm.item_sd)


def test_log_log_by_item_takes_off_the_weeks_and_needs_enough_of_them() -> None:
    rng = np.random.default_rng(5)
    log_price, week = rng.normal(0, 0.3, (8, 60)), rng.normal(0, 0.5, 60)
    slope = np.linspace(-3, -1, 8)
    demand = np.exp(4 + week + slope[:, None] * log_price)
    demand[6, 10:] = 0.0
    found, variance = log_log_by_item(
        demand,
        np.full(demand.shape, True),
        log_price[None],
        np.arange(8),
        np.zeros(8, dtype=np.int64),
        spread=np.array([np.inf]),
        week_effects=np.array([True]),
        min_weeks=12,
    )
    assert np.flatnonzero(np.isnan(found)).tolist() == [6]
    others = np.arange(8) != 6
    assert found[others] == pytest.approx(slope[others], abs=0.1)
    assert (variance[others] < 0.1).all()
