"""Demand behind stock-outs by the rate model: what must hold always, and what it recovers."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from sellthrough.demand import (
    PARTIAL_DAYS,
    estimate_demand,
    in_stock_mean,
    negative_binomial_quantiles,
    recover_demand,
)
from sellthrough.demand.censoring import CENSORED_SCHEMA
from sellthrough.demand.distribution import demand_beyond
from sellthrough.demand.local_level import faded_sums, runs_of
from sellthrough.demand.rate_effects import effect, factor_of, variance_law

Floats = NDArray[np.float64]

FIRST = date(2026, 3, 2)  # a Monday


def panel(units: Floats, share: Floats, step: int = 1, **more: object) -> pa.Table:
    """Lay series out, shape (series, days)."""
    count, length = units.shape
    days = [FIRST + timedelta(days=step * index) for index in range(length)]
    return pa.table(
        {
            "series": pa.array(np.repeat([f"s{row:04d}" for row in range(count)], length).tolist()),
            "ds": pa.array(days * count, pa.date32()),
            "y": units.ravel(),
            "in_stock_share": share.ravel(),
            **more,
        }
    )


def values(table: pa.Table, name: str = "demand") -> Floats:
    return np.asarray(table.column(name).to_numpy(), dtype=np.float64)


def world(
    seed: int = 1, count: int = 120, length: int = 180, scale: float = 3.0
) -> tuple[Floats, Floats, Floats]:
    """Mean, demand and a promotion of series that share weekdays, season and the promotion's days."""
    rng = np.random.default_rng(seed)
    day = np.arange(length)
    weekday = np.array([0.8, 0.8, 0.9, 1.0, 1.2, 1.5, 0.8])[day % 7]
    season = 1 + 0.6 * np.sin(2 * np.pi * day / length)
    promoted = (rng.random((count, length // 10 + 1)) < 0.15).repeat(10, axis=1)[:, :length]
    mean = rng.gamma(1.5, scale / 1.5, (count, 1)) * weekday * season * np.where(promoted, 2.0, 1.0)
    demand = rng.poisson(rng.gamma(2.0, mean / 2.0)).astype(float)
    return mean, demand, promoted.astype(float)


def runs_out(seed: int, count: int, length: int, rate: float = 0.02) -> Floats:
    """Shares in stock with runs of about a week out of stock, begun by a part of a day."""
    rng = np.random.default_rng(seed)
    share = np.ones((count, length))
    for row, column in zip(*np.nonzero(rng.random((count, length)) < rate), strict=True):
        share[row, column] = min(share[row, column], rng.random())
        share[row, column + 1 : column + 1 + rng.poisson(7)] = 0.0
    return share


panels = st.integers(0, 10_000).flatmap(
    lambda seed: st.tuples(
        st.just(seed),
        st.integers(1, 6),
        st.integers(1, 30),
        st.sampled_from([1, 3, 7, 30]),
        st.sampled_from(["none", "number", "text", "null", "constant"]),
        st.sampled_from(["exposure", "neutral"]),
        st.booleans(),
    )
)


@settings(max_examples=60, deadline=None)
@given(panels)
def test_any_panel_gets_finite_demand_not_below_its_sales_in_any_order(
    case: tuple[int, int, int, int, str, str, bool],
) -> None:
    seed, count, length, step, driver, partial_days, is_flagged = case
    rng = np.random.default_rng(seed)
    units = rng.poisson(rng.gamma(0.5, 4.0, (count, 1)), (count, length)) * rng.choice([1.0, 0.37])
    share = rng.choice([0.0, 0.3, 1.0, 1.0], (count, length))
    share[0] = 0.0 if rng.random() < 0.3 else share[0]
    table = panel(units, share, step)
    size = table.num_rows
    drivers: dict[str, pa.Array] = {
        "number": pa.array(np.where(rng.random(size) < 0.2, np.nan, rng.normal(size=size)), from_pandas=True),
        "text": pa.array(rng.choice(["a", "b"], size).tolist()),
        "null": pa.nulls(size),
        "constant": pa.array(np.ones(size)),
    }
    if driver in drivers:
        table = table.append_column("driver", drivers[driver])
    ran_out = np.zeros(size, dtype=bool)
    if is_flagged:
        ran_out = rng.random(size) < 0.2
        table = table.append_column("ran_out", pa.array(ran_out))
    table = table.filter(pa.array(rng.random(size) < 0.9))  # gaps
    kept = values(table, "y"), values(table, "in_stock_share")
    flags = table.column("ran_out").to_numpy() if is_flagged else np.zeros(table.num_rows, dtype=bool)
    out = recover_demand(table, partial_days=partial_days)
    demand, deviation = values(out), values(out, "demand_sd")
    assert out.schema == CENSORED_SCHEMA
    assert np.isfinite(demand).all()
    assert np.isfinite(deviation).all()
    assert (deviation >= 0).all()
    assert (demand >= kept[0]).all()
    observed = (kept[1] == 1.0) & ~flags
    assert (demand[observed] == kept[0][observed]).all()
    assert (deviation[observed] == 0).all()
    assert ((np.array(out.column("method").to_pylist(), dtype=object) == "observed") == observed).all()
    order = pa.array(rng.permutation(table.num_rows))
    assert recover_demand(table.take(order), partial_days=partial_days).equals(out.take(order))


def test_what_stock_outs_hide_is_recovered_nearer_than_by_the_in_stock_mean() -> None:
    for seed in (1, 2):
        mean, demand, promoted = world(seed)
        share = runs_out(seed, *demand.shape)
        units = np.random.default_rng(seed).binomial(demand.astype(int), share).astype(float)
        table = panel(units, share, promotion=promoted.ravel())
        found = values(recover_demand(table)).reshape(demand.shape)
        base = values(in_stock_mean(table)).reshape(demand.shape)
        hidden = share < 1
        assert units.sum() / demand.sum() < 0.92
        assert found.sum() / demand.sum() == pytest.approx(1.0, abs=0.01)
        assert found[hidden].sum() / demand[hidden].sum() == pytest.approx(1.0, abs=0.05)
        out = share == 0

        def error(estimate: Floats, rows: NDArray[np.bool_] = out, real: Floats = mean) -> float:
            return float(np.sqrt(((estimate - real)[rows] ** 2).mean()))

        assert error(found) < 0.7 * error(base)


def test_deviation_covers_the_hidden_demand() -> None:
    _, demand, promoted = world(3, count=200)
    share = np.where(runs_out(3, *demand.shape) < 1, 0.0, 1.0)
    table = panel(demand * share, share, promotion=promoted.ravel())
    out = recover_demand(table)
    hidden = share.ravel() == 0
    found, deviation, real = values(out)[hidden], values(out, "demand_sd")[hidden], demand.ravel()[hidden]
    assert (((real - found) / deviation) ** 2).mean() == pytest.approx(1.0, abs=0.2)
    low, high = negative_binomial_quantiles(found, deviation**2, [0.05, 0.95]).T
    assert 0.88 < ((real >= low) & (real <= high)).mean() < 0.97


def test_a_series_out_of_stock_at_its_end_goes_with_its_group() -> None:
    length = 120
    growth = np.where(np.arange(length) < 90, 1.0, 2.0)
    mean = np.arange(4.0, 24.0)[:, None] * growth
    units = np.random.default_rng(4).poisson(mean).astype(float)
    share = np.ones_like(units)
    share[:4, 90:] = 0.0
    found = values(recover_demand(panel(units * share, share))).reshape(units.shape)
    assert found[:4, 90:].sum() / mean[:4, 90:].sum() == pytest.approx(1.0, abs=0.1)
    base = values(in_stock_mean(panel(units * share, share))).reshape(units.shape)
    assert base[:4, 90:].sum() / mean[:4, 90:].sum() < 0.7


def test_a_promotion_behind_a_stock_out_is_known_by_its_driver() -> None:
    rng = np.random.default_rng(5)
    promoted = rng.random((40, 100)) < 0.2
    mean = np.where(promoted, 15.0, 5.0)
    units = rng.poisson(mean).astype(float)
    share = np.where(rng.random((40, 100)) < 0.2, 0.0, 1.0)
    out = recover_demand(panel(units * share, share, offer=promoted.ravel()))
    found = values(out).reshape(units.shape)
    for flag, level in ((True, 15.0), (False, 5.0)):
        assert found[(share == 0) & (promoted == flag)].mean() == pytest.approx(level, rel=0.05)


def test_a_part_of_a_day_counts_as_far_as_days_scatter() -> None:
    rng = np.random.default_rng(6)
    real = rng.poisson(rng.gamma(1.0, 40.0, (40, 100))).astype(float)
    share = np.where(rng.random((40, 100)) < 0.3, 0.5, 1.0)
    part = share < 1
    exact = values(recover_demand(panel(real * share, share))).reshape(real.shape)
    assert np.abs(exact - real)[part].sum() / real[part].sum() < 0.08  # half a day sells half of it
    same = np.full((40, 100), 40.0)
    drawn = rng.poisson(same).astype(float)
    units = np.where(part, rng.binomial(drawn.astype(int), share), drawn).astype(float)
    found = values(recover_demand(panel(units, share))).reshape(real.shape)
    # level days: the rest of the day is its usual half, whatever the first half sold
    assert (found - units)[part].std() < 0.5 * units[part].std()


def test_strong_days_run_out_and_are_counted_as_strong() -> None:
    rng = np.random.default_rng(7)
    demand = rng.poisson(rng.gamma(2.0, 4.0, (60, 200))).astype(float)
    stock = rng.integers(5, 40, (60, 200)).astype(float)
    sold = np.minimum(demand, stock)
    ran_out = sold == stock
    share = np.where(ran_out, 0.5, 1.0)
    table = panel(sold, share, ran_out=ran_out.ravel())
    assert sold.sum() / demand.sum() < 0.92
    found = values(recover_demand(table, partial_days="exposure"))
    assert found.sum() / demand.sum() == pytest.approx(1.0, abs=0.03)


def shelves(seed: int, *, is_sold: bool) -> tuple[Floats, pa.Table]:
    """Demand of slow movers, and what a shelf filled each week sold until it was empty, or was shut."""
    rng = np.random.default_rng(seed)
    demand = rng.poisson(rng.gamma(1.5, 0.5, (150, 210))).astype(float)
    sold, share = demand.copy(), np.ones(demand.shape)
    left = np.zeros(demand.shape[0])
    for day in range(demand.shape[1]):
        if day % 7 == 0:
            left = np.maximum(left, rng.integers(2, 9, left.size))
        asked = demand[:, day]
        out = asked >= left
        served = np.minimum(asked, left)
        # the moment at which the last unit went, of arrivals spread evenly
        moment = np.where(left > 0, rng.beta(np.maximum(left, 1), np.maximum(asked - left, 0) + 1), 0.0)
        if is_sold:
            sold[:, day] = np.where(out, served, asked)
            share[:, day] = np.where(out, moment, 1.0)
        else:
            shut = rng.random(left.size) < 0.2
            share[:, day] = np.where(shut, rng.random(left.size), 1.0)
            sold[:, day] = rng.binomial(asked.astype(int), share[:, day])
        left = left - served
    return demand, panel(sold, share)


def test_days_that_sales_ended_count_by_their_exposure_unasked() -> None:
    demand, table = shelves(11, is_sold=True)
    total = {
        mode: values(recover_demand(table, partial_days=mode)).sum() / demand.sum() for mode in PARTIAL_DAYS
    }
    assert total["auto"] == total["exposure"] == pytest.approx(1.0, abs=0.05)
    assert total["neutral"] < total["auto"] - 0.01
    plain = values(in_stock_mean(table)).sum() / demand.sum()
    assert plain < total["auto"] - 0.03
    demand, table = shelves(12, is_sold=False)
    assert recover_demand(table).equals(recover_demand(table, partial_days="neutral"))
    assert values(recover_demand(table)).sum() / demand.sum() == pytest.approx(1.0, abs=0.02)


def test_strong_days_of_lumpy_demand_end_first_and_weigh_by_what_they_saw() -> None:
    rng = np.random.default_rng(13)
    level = rng.gamma(0.8, 2.5, (200, 1))
    demand = rng.poisson(rng.gamma(0.4, level / 0.4, (200, 180))).astype(float)
    sold, share = demand.copy(), np.ones(demand.shape)
    left = np.zeros(200)
    for day in range(demand.shape[1]):
        if day % 7 == 0:
            left = np.maximum(left, np.ceil(7 * level[:, 0] * rng.uniform(0.5, 1.6, 200)))
        asked = demand[:, day]
        out = asked >= left
        sold[:, day] = np.minimum(asked, left)
        moment = rng.beta(np.maximum(left, 1), np.maximum(asked - left, 0) + 1)
        share[:, day] = np.where(left <= 0, 0.0, np.where(out, moment, 1.0))
        left = left - sold[:, day]
    found, real = values(recover_demand(panel(sold, share))), demand.ravel()
    empty = share.ravel() == 0.0
    assert found[empty].sum() / real[empty].sum() == pytest.approx(1.0, abs=0.08)
    assert found.sum() / real.sum() == pytest.approx(1.0, abs=0.025)


def test_channels_share_what_their_shelf_lacks() -> None:
    rng = np.random.default_rng(8)
    demand = rng.poisson(np.repeat([[9.0], [1.0]], 40, axis=1)).astype(float)
    share = np.ones_like(demand)
    ran_out = np.zeros(demand.shape, dtype=bool)
    ran_out[:, 20] = True
    demand[:, 20] = [12.0, 1.0]
    alone = panel(demand, share, ran_out=ran_out.ravel())
    together = alone.append_column("shelf", pa.array(["wh"] * alone.num_rows))
    lost = [(values(recover_demand(one)) - demand.ravel()).reshape(2, 40)[:, 20] for one in (alone, together)]
    assert lost[1][0] > 4 * lost[1][1] > 0
    assert lost[1].sum() < lost[0].sum()


def test_neutral_takes_part_days_to_the_level_of_whole_days() -> None:
    rng = np.random.default_rng(9)
    units = rng.poisson(8.0, (60, 120)).astype(float)
    share = rng.choice([1.0, 1.0, 0.7, 0.0], (60, 120))
    sold = np.where(share == 0, 0.0, np.where(share == 0.7, rng.poisson(9.0, (60, 120)), units))
    table = panel(sold, share)
    out = share == 0
    neutral, exposed = (
        values(recover_demand(table, partial_days=mode)).reshape(units.shape)[out].mean()
        for mode in ("neutral", "exposure")
    )
    assert neutral == pytest.approx(8.0, rel=0.03)
    assert exposed > 9.0


@pytest.mark.parametrize("step", [1, 7, 30])
def test_panels_of_days_weeks_and_months(step: int) -> None:
    _, demand, _ = world(10, count=60, length=100)
    share = np.where(runs_out(10, *demand.shape) < 1, 0.0, 1.0)
    found = values(recover_demand(panel(demand * share, share, step)))
    assert found.sum() / demand.sum() == pytest.approx(1.0, abs=0.03)


def test_series_without_any_stock_are_given_their_groups_level_and_say_so() -> None:
    units, share = np.full((5, 20), 6.0), np.ones((5, 20))
    units[4], share[4] = 0.0, 0.0
    out = recover_demand(panel(units, share))
    assert out.column("method").to_pylist()[80:] == ["no_stock_history"] * 20
    assert values(out)[80:] == pytest.approx(6.0, rel=0.05)


def test_the_estimator_is_chosen_by_name() -> None:
    _, demand, _ = world(11, count=5, length=40)
    share = np.where(runs_out(11, 5, 40, 0.1) < 1, 0.0, 1.0)
    table = panel(demand * share, share)
    assert estimate_demand(table, "in_stock_mean", 14).equals(in_stock_mean(table, 14))
    assert estimate_demand(table).equals(recover_demand(table, partial_days="exposure"))
    with pytest.raises(ValueError, match="demand_estimator is 'magic'"):
        estimate_demand(table, "magic")


def test_a_panel_without_rows_gives_the_typed_empty_table() -> None:
    assert recover_demand(panel(np.zeros((0, 0)), np.zeros((0, 0)))).equals(CENSORED_SCHEMA.empty_table())


ONE = panel(np.ones((1, 1)), np.ones((1, 1)))


@pytest.mark.parametrize(
    ("table", "options", "sentence"),
    [
        (panel(np.ones((1, 1)), np.full((1, 1), 1.5)), {}, "in_stock_share lies between 1.5"),
        (pa.concat_tables([ONE, ONE]), {}, "two rows for 2026-03-02"),
        (ONE.drop_columns(["y"]), {}, "Column y is missing"),
        (ONE, {"partial_days": "half"}, "partial_days is 'half'"),
        (ONE, {"cycle": 1}, "cycle is 1"),
        (panel(np.ones((1, 1)), np.zeros((1, 1)), bad=[[1]]), {}, "Column bad of the panel is list"),
    ],
)
def test_bad_panels_and_settings_are_refused(
    table: pa.Table, options: Mapping[str, object], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        recover_demand(table, **options)  # type: ignore[arg-type]


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 30), st.floats(1.05, 8), st.integers(0, 40))
def test_demand_beyond_is_the_mean_of_the_cut_law(mean: float, ratio: float, served: int) -> None:
    size, chance = mean / (ratio - 1.0), 1.0 / ratio
    count = np.arange(0, 4000)
    law = stats.nbinom.pmf(count, size, chance)
    beyond = law[served:].sum()
    if beyond < 1e-9:
        return
    exact = float((count * law)[served:].sum() / beyond)
    spread = float((count.astype(float) ** 2 * law)[served:].sum() / beyond) - exact**2
    found, variance = demand_beyond(np.array([float(served)]), np.array([mean]), np.array([mean * ratio]))
    assert found[0] == pytest.approx(exact, rel=1e-5)
    assert variance[0] == pytest.approx(spread, rel=1e-2, abs=1e-4)


def test_demand_far_beyond_the_law_stays_finite() -> None:
    found, variance = demand_beyond(np.array([1e6]), np.array([0.01]), np.array([0.0100001]))
    assert np.isfinite(found).all()
    assert np.isfinite(variance).all()
    assert found[0] >= 1e6


def test_sums_fade_by_hand_and_do_not_cross_series() -> None:
    runs = runs_of(np.array([0, 0, 0, 1, 1]), np.array([0.0, 1.0, 3.0, 0.0, 1.0]))
    sums = faded_sums(runs, np.array([[8.0, 4.0, 2.0, 100.0, 0.0]]), 1.0, with_own=True)
    assert sums[0].tolist() == [8 + 2 + 0.25, 4 + 4 + 0.5, 2 + 1 + 1, 100, 50]


def test_effects_of_noise_are_1_and_true_ones_are_found() -> None:
    rng = np.random.default_rng(12)
    factor = factor_of((np.repeat(np.arange(50), 200), 50))
    mean = np.full(10_000, 4.0)
    noise = effect(factor, rng.poisson(mean).astype(float), mean)
    assert np.abs(noise - 1).max() < 0.06
    true = np.exp(rng.normal(0, 0.4, 50))
    found = effect(factor, rng.poisson(mean * true[factor.code]).astype(float), mean)
    assert np.abs(found / true - 1).max() < 0.15


def test_the_variance_law_is_found() -> None:
    rng = np.random.default_rng(13)
    mean = rng.gamma(1.0, 5.0, 40_000) + 0.1
    units = rng.poisson(rng.gamma(2.0, mean / 2.0)).astype(float)
    law = variance_law(units, mean)
    assert law.within == pytest.approx(1.0, abs=0.15)
    assert law.between == pytest.approx(0.5, abs=0.08)
