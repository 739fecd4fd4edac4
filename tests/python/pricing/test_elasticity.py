from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from sellthrough.pricing import ELASTICITY_SCHEMA, ElasticitySettings, estimate_elasticities, ppml
from sellthrough.pricing._solver import Solution, solve

Floats = npt.NDArray[np.float64]


def simulate(
    items: int = 60,
    channels: int = 2,
    weeks: int = 104,
    categories: int = 3,
    level: float = 8.0,
    uplift: float = 0.4,
    shape: float | None = 6.0,
    seed: int = 1,
) -> tuple[pa.Table, Floats]:
    """Draw a panel with known elasticities: season and sales of whole categories, own promotions, trends."""
    rng = np.random.default_rng(seed)
    category = np.arange(items) % categories
    truth = (-2 + 0.3 * rng.normal(size=categories))[category] + 0.5 * rng.normal(size=items)
    time = np.arange(weeks)
    sale = rng.random((categories, weeks)) < 0.08
    season = 0.4 * np.sin(2 * np.pi * time / 52 + rng.uniform(0, 6, categories)[:, None]) + 0.6 * sale
    promoted = (rng.random((items, weeks)) < 0.08) | (sale[category] & (rng.random((items, weeks)) < 0.8))
    steps = np.cumsum((rng.random((items, weeks)) < 0.03) * rng.normal(0, 0.1, (items, weeks)), axis=1)
    log_price = steps + promoted * np.log(1 - rng.choice([0.1, 0.2, 0.3], (items, weeks)))
    size = rng.normal(np.log(level), 0.7, (items, 1, 1)) + rng.normal(0, 0.3, (items, channels, 1))
    per_item = season[category] + truth[:, None] * log_price + uplift * promoted
    per_item = per_item + 0.15 * rng.normal(size=(items, 1)) * (time - weeks / 2) / 52
    mean = np.exp(size + per_item[:, None, :])
    if shape is not None:
        mean = mean * rng.gamma(shape, 1 / shape, mean.shape)
    return make_panel(rng.poisson(mean), np.exp(log_price), promoted, category), truth


def make_panel(
    demand: npt.NDArray[Any], price: npt.NDArray[Any], promoted: npt.NDArray[Any], category: npt.NDArray[Any]
) -> pa.Table:
    """Long panel from item x channel x week demand and item x week prices."""
    item, channel, week = (index.ravel() for index in np.indices(demand.shape))
    return pa.table(
        {
            "sku_id": [f"sku{i:03d}" for i in item],
            "channel_id": [f"channel{c}" for c in channel],
            "category": [f"c{category[i]}" for i in item],
            "week_starts_on": pa.array((19723 + 7 * week).astype(np.int32)).cast(pa.date32()),
            "demand_units": demand.ravel().astype(float),
            "price_amount": 20 * price[item, week].astype(float),
            "list_price_amount": pa.nulls(len(item), pa.float64()),
            "promotion_share": promoted[item, week].astype(float),
            "in_stock_share": np.ones(len(item)),
        }
    )


def estimate(panel: pa.Table, **knobs: Any) -> dict[str, Any]:
    table = estimate_elasticities(panel, ElasticitySettings(**knobs))
    assert table.schema == ELASTICITY_SCHEMA
    return {name: np.array(column, dtype=object) for name, column in table.to_pydict().items()}


def numbers(found: dict[str, Any], name: str) -> Floats:
    return np.array([np.nan if value is None else value for value in found[name]], dtype=np.float64)


def test_an_empty_panel_gives_a_typed_empty_table() -> None:
    panel, _ = simulate(items=2, weeks=3)
    assert estimate_elasticities(panel.slice(0, 0)).schema == ELASTICITY_SCHEMA


def test_intervals_cover_the_truth_and_shrinking_brings_estimates_nearer() -> None:
    held, near, raw_near, off = [], [], [], []
    for seed in range(6):
        panel, truth = simulate(seed=seed)
        found = estimate(panel)
        low, high = numbers(found, "elasticity_low"), numbers(found, "elasticity_high")
        held.append((low <= truth) & (truth <= high))
        near.append(numbers(found, "elasticity") - truth)
        raw_near.append(numbers(found, "raw_elasticity") - truth)
        off.append(np.mean(raw_near[-1]))
    assert 0.84 <= np.mean(held) <= 0.96
    assert np.mean(np.square(near)) < 0.8 * np.mean(np.square(raw_near))
    assert abs(np.mean(off)) < 0.1


def test_a_wider_level_gives_a_wider_interval_around_the_same_estimate() -> None:
    panel, _ = simulate(items=20, categories=1)
    narrow, wide = estimate(panel, interval_level=0.5), estimate(panel, interval_level=0.95)
    assert (narrow["elasticity"] == wide["elasticity"]).all()
    assert (narrow["elasticity_low"] > wide["elasticity_low"]).all()


def test_the_promotions_own_uplift_is_not_taken_for_the_price() -> None:
    plenty = {"level": 60.0, "shape": None, "uplift": 0.8, "seed": 3}
    panel, truth = simulate(**plenty)  # type: ignore[arg-type]
    with_control = numbers(estimate(panel), "raw_elasticity") - truth
    column = panel.schema.get_field_index("promotion_share")
    blind = panel.set_column(column, "promotion_share", pa.array(np.zeros(panel.num_rows)))
    without = numbers(estimate(blind), "raw_elasticity") - truth
    assert abs(with_control.mean()) < 0.1
    assert without.mean() < -0.5


def test_plentiful_data_recover_each_elasticity() -> None:
    panel, truth = simulate(level=500.0, shape=None, seed=4)
    found = estimate(panel)
    assert np.abs(numbers(found, "elasticity") - truth).max() < 0.5
    assert (numbers(found, "own_weight_share") > 0.7).all()
    assert set(found["grade"]) <= {"A", "B"} and set(found["pooled_with"]) <= {"own data", "category c0"} | {
        "category c1",
        "category c2",
    }


def test_a_constant_price_takes_the_categorys_mean_with_grade_d() -> None:
    panel, _ = simulate(seed=5)
    flat = np.array([sku == "sku003" for sku in panel.column("sku_id").to_pylist()])
    price = np.where(flat, 20.0, np.asarray(panel.column("price_amount")))
    found = estimate(panel.set_column(5, "price_amount", pa.array(price)))
    row = {name: column[3] for name, column in found.items()}
    assert row["raw_elasticity"] is None and row["raw_standard_error"] is None
    assert (row["grade"], row["own_weight_share"], row["pooled_with"]) == ("D", 0.0, "category c0")
    assert row["fallback_reason"] == "price moved by less than 2%"
    assert row["method"] == "mean of comparable items"
    peers = numbers(found, "elasticity")[[0, 6, 9, 12]]
    assert peers.min() - 0.3 < row["elasticity"] < peers.max() + 0.3
    assert row["standard_error"] > np.median(numbers(found, "standard_error"))


def test_an_item_that_never_sold_comes_out_and_disturbs_nobody() -> None:
    panel, _ = simulate(items=30, categories=1, seed=6)
    before = estimate(panel)
    ghost = panel.filter(pa.array(sku == "sku000" for sku in panel.column("sku_id").to_pylist()))
    ghost = ghost.set_column(0, "sku_id", pa.array(["ghost"] * ghost.num_rows))
    ghost = ghost.set_column(4, "demand_units", pa.array(np.zeros(ghost.num_rows)))
    after = estimate(pa.concat_tables([panel, ghost]))
    assert after["sku_id"][0] == "ghost"
    assert (after["grade"][0], after["units"][0]) == ("D", 0.0)
    assert after["fallback_reason"][0] == "0 units sold, 20 needed"
    assert (after["raw_elasticity"][1:] == before["raw_elasticity"]).all()


def test_categories_of_one_item_are_estimated_against_trend_and_season() -> None:
    held = []
    for seed in range(3):
        panel, truth = simulate(items=24, categories=24, seed=seed)
        found = estimate(panel)
        assert all("trend and season" in method for method in found["method"])
        assert "A" not in found["grade"]
        held.append(
            (numbers(found, "elasticity_low") <= truth) & (truth <= numbers(found, "elasticity_high"))
        )
    # a sale of the whole category can't be told from the item's own price here, so intervals hold less often
    assert np.mean(held) >= 0.8


def test_demand_that_rises_with_the_price_gets_grade_d() -> None:
    rng = np.random.default_rng(8)
    log_price = rng.normal(0, 0.2, (8, 104))
    demand = rng.poisson(300 * np.exp(1.0 * log_price))[:, None, :]
    found = estimate(make_panel(demand, np.exp(log_price), np.zeros((8, 104)), np.zeros(8, dtype=int)))
    assert (numbers(found, "elasticity") > 0.5).all()
    assert set(found["grade"]) == {"D"}
    assert set(found["fallback_reason"]) == {"demand doesn't fall with the price in the data"}


def test_weeks_out_of_stock_are_left_out() -> None:
    panel, _ = simulate(items=12, categories=1, seed=9)
    rng = np.random.default_rng(9)
    gone = rng.random(panel.num_rows) < 0.2
    stock = np.where(gone, 0.4, 1.0)
    spoilt = np.where(gone, 0.0, np.asarray(panel.column("demand_units")))
    short = panel.set_column(8, "in_stock_share", pa.array(stock))
    first = estimate(short)
    second = estimate(short.set_column(4, "demand_units", pa.array(spoilt)))
    assert (first["elasticity"] == second["elasticity"]).all()
    assert (estimate(short, min_in_stock_share=0.3)["elasticity"] != first["elasticity"]).any()


def test_evidence_is_counted_by_hand() -> None:
    price = np.array([[10.0, 10.0, 8.0, 8.0, 8.05, 10.0]]) / 20
    panel = make_panel(np.full((1, 1, 6), 5), price, np.zeros((1, 6)), np.zeros(1, dtype=int))
    found = estimate(panel)
    assert (found["n_weeks"][0], found["n_price_changes"][0], found["units"][0]) == (6, 2, 30.0)
    assert found["price_range_share"][0] == pytest.approx(2 / price.mean() / 20, abs=1e-5)
    assert found["fallback_reason"][0] == "6 usable weeks, 12 needed"
    assert found["pooled_with"][0] == "all items"


def test_the_order_of_rows_does_not_matter_and_a_second_run_changes_nothing() -> None:
    panel, _ = simulate(items=15, seed=10)
    mixed = panel.take(np.random.default_rng(0).permutation(panel.num_rows))
    first = estimate_elasticities(panel)
    assert first.equals(estimate_elasticities(mixed))
    assert first.equals(estimate_elasticities(panel))


def test_a_missing_price_is_taken_from_the_list_price_or_left_out() -> None:
    panel, _ = simulate(items=6, categories=1, seed=11)
    price = np.asarray(panel.column("price_amount"))
    listed = panel.set_column(5, "price_amount", pa.nulls(len(price), pa.float64())).set_column(
        6, "list_price_amount", pa.array(price)
    )
    assert estimate_elasticities(listed).equals(estimate_elasticities(panel))
    nothing = panel.set_column(5, "price_amount", pa.array(np.zeros(len(price))))
    assert set(estimate(nothing)["fallback_reason"]) == {"0 usable weeks, 12 needed"}


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("demand_units", -1.0, "demand_units is -1 for sku000, channel0, 2024-01-01"),
        ("promotion_share", 1.5, "promotion_share is 1.5"),
        ("price_amount", float("inf"), "price_amount is inf"),
        ("demand_units", None, "demand_units is nan"),
    ],
)
def test_numbers_out_of_range_are_refused(column: str, value: float | None, message: str) -> None:
    panel, _ = simulate(items=2, weeks=4)
    values = panel.column(column).to_pylist()
    values[0] = value
    place = panel.schema.get_field_index(column)
    with pytest.raises(ValueError, match=message):
        estimate_elasticities(panel.set_column(place, column, pa.array(values, pa.float64())))


def test_broken_panels_are_refused() -> None:
    panel, _ = simulate(items=2, weeks=4)
    with pytest.raises(ValueError, match="lacks the column"):
        estimate_elasticities(panel.drop_columns(["category"]))
    with pytest.raises(ValueError, match="has two rows for the week of 2024-01-01"):
        estimate_elasticities(pa.concat_tables([panel, panel.slice(0, 1)]))
    with pytest.raises(ValueError, match="is in the categories"):
        estimate_elasticities(
            panel.set_column(2, "category", pa.array([f"c{i}" for i in range(panel.num_rows)]))
        )
    days = np.asarray(panel.column("week_starts_on").cast(pa.int32())).copy()
    days[5] += 1
    with pytest.raises(ValueError, match="another weekday"):
        estimate_elasticities(panel.set_column(3, "week_starts_on", pa.array(days).cast(pa.date32())))


@pytest.mark.parametrize(
    "knobs",
    [
        {"interval_level": 1.0},
        {"min_in_stock_share": 2.0},
        {"min_weeks": 1},
        {"prior_sd": 0.0},
        {"max_steps": 0},
        {"max_elasticity": float("nan")},
    ],
)
def test_settings_out_of_range_are_refused(knobs: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(knobs))):
        ElasticitySettings(**knobs)


def replaced(panel: pa.Table, sku: str, **columns: Any) -> pa.Table:
    """Give one SKU other values, one number or one per row."""
    rows = np.array([name == sku for name in panel.column("sku_id").to_pylist()])
    for name, values in columns.items():
        column = np.asarray(panel.column(name)).copy()
        column[rows] = values
        panel = panel.set_column(panel.schema.get_field_index(name), name, pa.array(column))
    return panel


def without(panel: pa.Table, sku: str) -> pa.Table:
    return panel.filter(pa.array(name != sku for name in panel.column("sku_id").to_pylist()))


def absurd_rows(kind: str, count: int) -> dict[str, Floats]:
    """Values of an item that no regression can make sense of."""
    rng = np.random.default_rng(3)
    if kind == "price up a hundredfold with demand":
        price = np.exp(rng.normal(0, 3, count))
        return {"price_amount": price, "demand_units": np.round(5 * price**1.2)}
    if kind == "sold by the million in weeks that cost a cent less":
        cheap = rng.random(count) < 0.1
        return {
            "price_amount": np.where(cheap, 9.79, 10.0),
            "demand_units": np.where(cheap, 3e6, rng.poisson(2, count)),
        }
    if kind == "numbers at the edge of what a computer holds":
        return {
            "price_amount": np.where(np.arange(count) % 2, 1e-300, 1e300),
            "demand_units": np.where(np.arange(count) % 3, 1e300, 0.0),
        }
    return {
        "price_amount": 10 * np.exp(rng.normal(0, 0.1, count)),
        "demand_units": rng.pareto(0.4, count) * 10,
    }


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(
    "kind",
    [
        "price up a hundredfold with demand",
        "sold by the million in weeks that cost a cent less",
        "numbers at the edge of what a computer holds",
        "demand without a mean",
    ],
)
def test_one_absurd_item_leaves_the_others_as_they_are(kind: str) -> None:
    panel, truth = simulate(items=30, categories=1, level=30.0, seed=12)
    count = sum(name == "sku007" for name in panel.column("sku_id").to_pylist())
    found = estimate(replaced(panel, "sku007", **absurd_rows(kind, count)))
    calm = estimate(without(panel, "sku007"))
    others = np.arange(30) != 7
    assert all("Poisson regression" in method for method in found["method"][others])
    raw, calm_raw = numbers(found, "raw_elasticity")[others], numbers(calm, "raw_elasticity")
    assert (np.abs(raw - calm_raw) < numbers(calm, "raw_standard_error")).all()
    after, before = numbers(found, "elasticity")[others], numbers(calm, "elasticity")
    assert np.abs(after - before).max() < 0.25
    assert np.mean((after - truth[others]) ** 2) < 1.2 * np.mean((before - truth[others]) ** 2)
    assert found["fallback_reason"][7] is not None


def test_an_estimate_beyond_all_reason_is_left_out_by_name() -> None:
    panel, _ = simulate(items=30, categories=1, level=30.0, seed=12)
    count = sum(name == "sku007" for name in panel.column("sku_id").to_pylist())
    rows = absurd_rows("sold by the million in weeks that cost a cent less", count)
    found = estimate(replaced(panel, "sku007", **rows))
    assert found["raw_elasticity"][7] is None
    assert (found["grade"][7], found["method"][7]) == ("D", "mean of comparable items")
    assert "is beyond ±10 and left out" in found["fallback_reason"][7]
    believed = estimate(replaced(panel, "sku007", **rows), max_elasticity=1e6)
    assert abs(numbers(believed, "raw_elasticity")[7]) > 10


def test_an_item_that_sold_in_two_weeks_alone_says_little_and_harms_nobody() -> None:
    panel, _ = simulate(items=30, categories=1, seed=13)
    calm = estimate(without(panel, "sku007"))
    for level in (15.0, 5000.0):
        week = np.tile(np.arange(104), 2)
        # at the two lowest prices of its life: the likelihood climbs for ever as the slope falls
        price = np.where(np.isin(week, (20, 60)), 12.0, 20.0 + 0.02 * week)
        demand = np.where(np.isin(week, (20, 60)), level, 0.0)
        found = estimate(replaced(panel, "sku007", demand_units=demand, price_amount=price))
        others = np.arange(30) != 7
        assert np.isfinite(numbers(found, "elasticity")).all()
        assert np.abs(numbers(found, "elasticity")[others] - numbers(calm, "elasticity")).max() < 0.25
        assert found["fallback_reason"][7] is not None or found["own_weight_share"][7] < 0.5
        assert -6 < found["elasticity"][7] < 0


def test_spikes_of_ten_thousand_units_are_capped_and_named() -> None:
    panel, truth = simulate(items=40, categories=1, level=30.0, seed=14)
    calm = estimate(panel)
    demand = np.asarray(panel.column("demand_units")).copy()
    sku, week = np.array(panel.column("sku_id").to_pylist()), np.tile(np.arange(104), 80)
    hit = [f"sku{i:03d}" for i in range(0, 40, 4)]
    for order, name in enumerate(hit):
        demand[(sku == name) & (week == 7 + 9 * order)] += 10_000
    found = estimate(panel.set_column(4, "demand_units", pa.array(demand)))
    spiked = np.isin(found["sku_id"].astype(str), hit)
    capped = {"exceptional demand of 1 week capped", "exceptional demand of 2 weeks capped"}
    assert set(found["fallback_reason"][spiked]) <= capped
    assert set(found["fallback_reason"][~spiked]) == {None}
    off, calm_off = numbers(found, "elasticity") - truth, numbers(calm, "elasticity") - truth
    assert np.sqrt(np.mean(off[spiked] ** 2)) < np.sqrt(np.mean(calm_off[spiked] ** 2)) + 0.1
    assert np.sqrt(np.mean(off[~spiked] ** 2)) < 1.15 * np.sqrt(np.mean(calm_off[~spiked] ** 2))
    held = (numbers(found, "elasticity_low") <= truth) & (truth <= numbers(found, "elasticity_high"))
    assert held.mean() >= 0.8


def test_an_item_that_does_not_settle_is_set_aside_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    panel, _ = simulate(items=30, categories=1, level=30.0, seed=12)
    calm = estimate(without(panel, "sku007"))

    def restless(*arguments: Any) -> Solution:
        found = solve(*arguments)
        return replace(found, move=np.where(np.arange(30) == 7, 1.0, found.move))

    monkeypatch.setattr(ppml, "solve", restless)
    found = estimate(panel)
    assert found["method"][7] == "log-log regression within the item, empirical Bayes"
    assert (found["fallback_reason"][7], found["grade"][7]) == ("Poisson regression didn't settle", "C")
    others = np.arange(30) != 7
    assert all("Poisson regression with week effects" in method for method in found["method"][others])
    # its demand no longer counts in the week effects: the rest are as they would be without it
    off = numbers(found, "raw_elasticity")[others] - numbers(calm, "raw_elasticity")
    assert (np.abs(off) < 0.05 * numbers(calm, "raw_standard_error")).all()


def test_what_does_not_settle_takes_a_log_log_regression_and_says_so() -> None:
    panel, truth = simulate(items=30, categories=1, level=300.0, shape=None, seed=15)
    found = estimate(panel, max_steps=1)
    assert set(found["method"]) == {"log-log regression within the item, empirical Bayes"}
    assert set(found["fallback_reason"]) == {"Poisson regression didn't settle"}
    assert set(found["grade"]) <= {"C", "D"}
    assert np.sqrt(np.mean((numbers(found, "elasticity") - truth) ** 2)) < 0.25
    settled = estimate(panel)
    assert np.abs(numbers(found, "elasticity") - numbers(settled, "elasticity")).max() < 0.75


def test_a_wild_panel_of_wholesale_orders_settles_item_by_item() -> None:
    rng = np.random.default_rng(16)
    items, weeks = 200, 52
    truth = -2 + 0.7 * rng.normal(size=items)
    log_price = 0.4 * rng.normal(size=(items, weeks)) * (rng.random((items, weeks)) < 0.5)
    level = np.exp(rng.normal(2.5, 2, (items, 1)) + truth[:, None] * log_price)
    orders = rng.poisson(level * rng.gamma(0.4, 2.5, level.shape) / 6) * 6
    orders = orders + (rng.random(level.shape) < 0.005) * rng.integers(1000, 6000, level.shape)
    panel = make_panel(
        orders[:, None, :], np.exp(log_price), np.zeros((items, weeks)), np.zeros(items, dtype=int)
    )
    found = estimate(panel)
    own = np.array(["Poisson regression" in method for method in found["method"]])
    assert own.mean() > 0.8
    assert not any("didn't settle" in str(reason) for reason in found["fallback_reason"])
    off = numbers(found, "elasticity") - truth
    assert np.sqrt(np.mean(off**2)) < 0.9 * np.sqrt(np.mean((-1.5 - truth) ** 2))
    held = (numbers(found, "elasticity_low") <= truth) & (truth <= numbers(found, "elasticity_high"))
    assert held.mean() >= 0.8
