from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from numpy.typing import NDArray

from sellthrough.demand import (
    ACCURACY_SCHEMA,
    CHANNELS_SCHEMA,
    DAILY_SCHEMA,
    DRIVERS_SCHEMA,
    HISTORY_SCHEMA,
    QUANTILE_COLUMNS,
    ForecastResult,
    ForecastSettings,
    forecast_demand,
)
from sellthrough.demand.methods import candidate_forecasts
from sellthrough.demand.panel import read_panel

Floats = NDArray[np.float64]
CUTOFF = date(2026, 9, 30)
SETTINGS = ForecastSettings(cutoff_on=CUTOFF, horizon_days=28, workers=1)


@pytest.fixture(scope="module")
def result(world: Any) -> ForecastResult:
    return forecast_demand(world.history, world.drivers, world.channels, SETTINGS)


def matrix(table: pa.Table, column: str, horizon: int = 28) -> Floats:
    return np.asarray(table.column(column).to_numpy(), dtype=np.float64).reshape(-1, horizon)


def one_series(
    units: list[float], sku: str = "x", category: str | None = "c", channel: str = "web"
) -> pa.Table:
    n_days = len(units)
    return pa.table(
        {
            "sku_id": [sku] * n_days,
            "channel_id": [channel] * n_days,
            "location_id": ["wh"] * n_days,
            "category": pa.array([category] * n_days, pa.string()),
            "demand_on": [CUTOFF - timedelta(days=n_days - 1 - index) for index in range(n_days)],
            "demand_units": pa.array(units, pa.float64()),
            "in_stock_share": [1.0] * n_days,
            "is_promoted": [False] * n_days,
        },
        schema=HISTORY_SCHEMA,
    )


def alone(history: pa.Table, **changes: Any) -> ForecastResult:
    settings = replace(SETTINGS, use_prophet=False, **changes)
    return forecast_demand(history, DRIVERS_SCHEMA.empty_table(), CHANNELS_SCHEMA.empty_table(), settings)


def check_promises(daily: pa.Table, n_series: int, horizon: int = 28) -> None:
    assert daily.schema == DAILY_SCHEMA
    assert daily.num_rows == n_series * horizon
    quantiles = np.stack([daily.column(name).to_numpy() for name in QUANTILE_COLUMNS], axis=1)
    mean, variance = daily.column("mean_units").to_numpy(), daily.column("variance_units").to_numpy()
    for values in (quantiles, mean, variance):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles == np.floor(quantiles)).all()
    for name in (
        "sku_id",
        "channel_id",
        "location_id",
        "forecast_on",
        "method",
        "history_from_on",
        "origin_on",
    ):
        assert daily.column(name).null_count == 0
    days = daily.column("forecast_on").to_numpy().reshape(n_series, horizon)
    assert (days == np.datetime64(CUTOFF, "D") + np.arange(1, horizon + 1)).all()


def test_every_series_has_the_whole_horizon_and_a_proper_law(world: Any, result: ForecastResult) -> None:
    check_promises(result.daily, len(world.keys))
    names = ("sku_id", "channel_id", "location_id")
    found = list(zip(*(result.daily.column(name).to_pylist()[::28] for name in names), strict=True))
    assert found == world.keys


def test_forecast_beats_seasonal_naive_after_the_cutoff(world: Any, result: ForecastResult) -> None:
    mean = matrix(result.daily, "mean_units")
    history = world.history
    last_week = pc.greater(history.column("demand_on"), pa.scalar(CUTOFF - timedelta(days=7)))
    week = history.filter(last_week).sort_by(
        [(name, "ascending") for name in HISTORY_SCHEMA.names[:3]] + [("demand_on", "ascending")]
    )
    naive = np.tile(week.column("demand_units").to_numpy().reshape(-1, 7), 4)
    error = np.abs(mean - world.future_units).sum()
    assert error < 0.9 * np.abs(naive - world.future_units).sum()
    assert abs(mean.sum() / world.future_mean.sum() - 1) < 0.15


def test_band_covers_about_nine_in_ten_days_after_the_cutoff(world: Any, result: ForecastResult) -> None:
    low, high = matrix(result.daily, "q05_units"), matrix(result.daily, "q95_units")
    covered = ((world.future_units >= low) & (world.future_units <= high)).mean()
    assert 0.87 < covered < 0.985


def test_each_tested_class_reports_every_method_and_ships_one(result: ForecastResult) -> None:
    accuracy = result.accuracy
    assert accuracy.schema == ACCURACY_SCHEMA
    rows = accuracy.to_pylist()
    for name in {row["class"] for row in rows}:
        of_class = [row for row in rows if row["class"] == name]
        assert {"seasonal_naive", "weekday_mean_8w"} <= {row["method"] for row in of_class}
        assert sum(row["is_chosen"] for row in of_class) == 1
        chosen = next(row for row in of_class if row["is_chosen"])
        complete = [row for row in of_class if row["n_series"] == chosen["n_series"]]
        assert chosen["score"] == min(row["score"] for row in complete)
        assert {row["origin_on"] for row in of_class} == {CUTOFF - timedelta(days=28)}


def test_seasonal_classes_do_not_ship_a_baseline(result: ForecastResult) -> None:
    chosen = result.accuracy.filter(pc.field("is_chosen") & (pc.field("demand_pattern") == "smooth"))
    methods = chosen.column("method").to_pylist()
    assert methods
    assert sum(method.startswith("prophet") for method in methods) >= 0.5 * len(methods)


def test_row_order_and_worker_count_change_no_bit(make_world: Callable[..., Any]) -> None:
    world = make_world(n_skus=6, n_days=400, seed=9)
    once = forecast_demand(world.history, world.drivers, world.channels, SETTINGS)
    shuffle = pa.array(np.random.default_rng(0).permutation(world.history.num_rows))
    twice = forecast_demand(
        world.history.take(shuffle), world.drivers, world.channels, replace(SETTINGS, workers=2)
    )
    assert once.daily.equals(twice.daily)
    assert once.accuracy.equals(twice.accuracy)


def test_planned_promotion_lifts_the_forecast(make_world: Callable[..., Any]) -> None:
    world = make_world(n_skus=8, n_days=800, seed=5, n_categories=1, channels=("web",), tail_share=0.0)
    future = pc.greater(world.drivers.column("demand_on"), pa.scalar(CUTOFF))

    def planned(rate: float) -> float:
        rates = pc.if_else(future, rate, world.drivers.column("promotion_rate"))
        index = world.drivers.column_names.index("promotion_rate")
        drivers = world.drivers.set_column(index, "promotion_rate", rates)
        daily = forecast_demand(world.history, drivers, world.channels, SETTINGS).daily
        return float(pc.sum(daily.column("mean_units")).as_py())

    # The world's promotions lift demand by 80 %.
    assert 1.3 < planned(1.0) / planned(0.0) < 2.3


def test_missing_future_drivers_are_filled(make_world: Callable[..., Any]) -> None:
    world = make_world(n_skus=4, n_days=300, seed=6, n_categories=1, channels=("web",))
    past = world.drivers.filter(pc.less_equal(world.drivers.column("demand_on"), pa.scalar(CUTOFF)))
    check_promises(forecast_demand(world.history, past, world.channels, SETTINGS).daily, 4)


def test_empty_history_gives_typed_empty_tables() -> None:
    empty = alone(HISTORY_SCHEMA.empty_table())
    assert empty.daily.schema == DAILY_SCHEMA and empty.daily.num_rows == 0
    assert empty.accuracy.schema == ACCURACY_SCHEMA and empty.accuracy.num_rows == 0


def test_broken_series_fall_back_with_a_reason_and_leave_the_others_alone() -> None:
    rng = np.random.default_rng(3)
    good = [one_series(rng.poisson(4.0, 200).astype(float).tolist(), f"good_{index}") for index in range(4)]
    nan = float("nan")
    spiked = rng.poisson(4.0, 200).astype(float)
    spiked[-10] = 99_999.0
    holey = rng.poisson(4.0, 200).astype(float)
    holey[100:110] = nan
    broken = [
        one_series([2.0], "one_day"),
        one_series([0.0] * 200, "silent"),
        one_series([nan] * 200, "unknown"),
        one_series(holey.tolist(), "holey"),
        one_series(spiked.tolist(), "spiked"),
        one_series([-5.0] * 5 + [3.0] * 195, "negative"),
        one_series([3.0] * 200, "no_category", category=None),
    ]
    daily = alone(pa.concat_tables(good + broken)).daily
    check_promises(daily, 11)
    rows = {row["sku_id"]: row for row in daily.to_pylist()}
    assert "only 1 usable days" in rows["one_day"]["fallback_reason"]
    assert rows["one_day"]["history_days"] == 1
    assert rows["silent"]["method"] == "no_demand" and rows["silent"]["mean_units"] == 0
    assert "demand unknown on 200 of 200 days" in rows["unknown"]["fallback_reason"]
    assert rows["unknown"]["mean_units"] == pytest.approx(4.0, rel=0.4)
    assert "demand unknown on 10 of 200 days" in rows["holey"]["fallback_reason"]
    assert "1 days capped as spikes" in rows["spiked"]["fallback_reason"]
    assert rows["spiked"]["mean_units"] < 12
    assert "demand unknown on 5" in rows["negative"]["fallback_reason"]
    for sku in ("good_0", "good_3", "no_category"):
        assert 2.0 < rows[sku]["mean_units"] < 7.0


@pytest.mark.parametrize("n_days", [1, 2, 6, 8, 15, 30, 45])
def test_the_shortest_histories_are_forecast(n_days: int) -> None:
    history = one_series([float(index % 3) for index in range(n_days)])
    for use_prophet in (False, True):
        settings = replace(SETTINGS, use_prophet=use_prophet)
        empty = DRIVERS_SCHEMA.empty_table(), CHANNELS_SCHEMA.empty_table()
        check_promises(forecast_demand(history, *empty, settings).daily, 1)


def test_a_thin_total_says_why_it_has_no_model() -> None:
    history = one_series([1.0 if index % 9 == 0 else 0.0 for index in range(100)])
    daily = forecast_demand(
        history, DRIVERS_SCHEMA.empty_table(), CHANNELS_SCHEMA.empty_table(), SETTINGS
    ).daily
    assert "category total too thin" in daily.column("fallback_reason")[0].as_py()


def test_intermittent_demand_keeps_its_rate() -> None:
    rng = np.random.default_rng(8)
    tails = [
        one_series((rng.random(300) < 0.08).astype(float).tolist(), f"tail_{index}") for index in range(12)
    ]
    result = alone(pa.concat_tables(tails))
    assert set(result.accuracy.column("demand_pattern").to_pylist()) == {"intermittent"}
    assert matrix(result.daily, "mean_units").mean() == pytest.approx(0.08, rel=0.3)


def test_days_out_of_stock_do_not_pull_the_level_down() -> None:
    units = np.full(120, 6.0)
    share = np.ones(120)
    units[-50:-10], share[-50:-10] = 0.0, 0.0
    table = one_series(units.tolist())
    table = table.set_column(6, "in_stock_share", pa.array(share))
    assert matrix(alone(table).daily, "mean_units").mean() == pytest.approx(6.0, rel=0.1)


def test_the_held_out_comparison_does_not_see_the_held_out_days(world: Any) -> None:
    first_hidden = CUTOFF - timedelta(days=27)
    hidden = pc.greater_equal(world.history.column("demand_on"), pa.scalar(first_hidden))
    units = pc.if_else(
        hidden, pc.add(world.history.column("demand_units"), 3.0), world.history.column("demand_units")
    )
    changed = world.history.set_column(
        world.history.column_names.index("demand_units"), "demand_units", units
    )
    forecasts = []
    for history in (world.history, changed):
        panel = read_panel(history, SETTINGS)
        assert panel is not None
        known = panel.until(panel.n_days - 28)
        nothing: list[Floats | None] = [None] * len(panel.aggregates)
        forecasts.append(candidate_forecasts(known, nothing, 28, SETTINGS).means)
    for name, values in forecasts[0].items():
        assert np.array_equal(values, forecasts[1][name], equal_nan=True)


def test_rows_after_the_cutoff_are_refused() -> None:
    later = one_series([1.0, 2.0])
    with pytest.raises(ValueError, match=r"reaches 2026-09-30, after the cut-off 2026-09-29"):
        alone(later, cutoff_on=CUTOFF - timedelta(days=1))


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        (one_series([1.0] * 9).slice(0, 8), "has 8 rows for the 9 days"),
        (pa.concat_tables([one_series([1.0] * 9).slice(0, 4), one_series([1.0] * 9).slice(5)]), "has 8 rows"),
        (pa.concat_tables([one_series([1.0] * 9), one_series([1.0])]), "has 10 rows for the 9 days"),
        (one_series([1.0]).drop_columns(["in_stock_share"]), "Column in_stock_share is missing"),
        (
            one_series([1.0]).set_column(0, "sku_id", pa.array([None], pa.string())),
            "sku_id is empty in 1 rows",
        ),
    ],
)
def test_broken_tables_are_refused_in_one_sentence(history: pa.Table, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        alone(history)


def test_bad_drivers_channels_and_settings_are_refused() -> None:
    history = one_series([1.0] * 60)
    row: dict[str, list[Any]] = {
        "category": ["c"],
        "channel_id": ["web"],
        "demand_on": [CUTOFF],
        "promotion_rate": [0.5],
        "spend_amount": [1.0],
    }

    def run(drivers: dict[str, list[Any]], channels: pa.Table | None = None) -> None:
        table = pa.table(drivers, schema=DRIVERS_SCHEMA)
        forecast_demand(history, table, channels or CHANNELS_SCHEMA.empty_table(), SETTINGS)

    with pytest.raises(ValueError, match=r"promotion_rate lies between 2\.0 and 2\.0"):
        run({**row, "promotion_rate": [2.0]})
    with pytest.raises(ValueError, match=r"spend_amount is -1\.0"):
        run({**row, "spend_amount": [-1.0]})
    with pytest.raises(ValueError, match="appears twice in the drivers"):
        run({name: values * 2 for name, values in row.items()})
    with pytest.raises(ValueError, match="appears twice in the channels"):
        run(row, pa.table({"channel_id": ["web", "web"], "country_code": ["GB", "GB"]}))
    with pytest.raises(ValueError, match="Country code 'ZZ'"):
        run(row, pa.table({"channel_id": ["web"], "country_code": ["ZZ"]}))
    with pytest.raises(ValueError, match="horizon_days is 0"):
        ForecastSettings(cutoff_on=CUTOFF, horizon_days=0)


def test_tails_follow_the_season_where_their_category_has_one(result: ForecastResult) -> None:
    methods = set(result.accuracy.column("method").to_pylist())
    assert {"tsb_seasonal", "croston_sba_seasonal", "adida_seasonal"} <= methods
    assert not {"tsb", "croston_sba", "adida"} & methods
