from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from sellthrough.demand import in_stock_mean
from sellthrough.demand.censoring import CENSORED_SCHEMA

FIRST = date(2026, 3, 2)  # a Monday


def panel(
    units: Sequence[float | None], shares: Sequence[float | None], series: str = "a", first: date = FIRST
) -> pa.Table:
    days = [first + timedelta(days=index) for index in range(len(units))]
    return pa.table(
        {
            "series": pa.array([series] * len(units), pa.string()),
            "ds": pa.array(days, pa.date32()),
            "y": pa.array(units, pa.float64()),
            "in_stock_share": pa.array(shares, pa.float64()),
        }
    )


def demand(table: pa.Table) -> list[float]:
    return [float(value) for value in table.column("demand").to_pylist()]


def test_days_in_stock_are_left_as_they_are() -> None:
    out = in_stock_mean(panel([3.0, 0.0, 7.0], [1.0, 1.0, 1.0]))
    assert demand(out) == [3.0, 0.0, 7.0]
    assert out.column("method").to_pylist() == ["observed"] * 3
    assert out.column("demand_sd").to_pylist() == [0.0] * 3


def test_a_day_without_stock_gets_the_mean_and_a_part_day_its_missing_part() -> None:
    out = in_stock_mean(panel([4.0, 4.0, 0.0, 1.0, 4.0], [1.0, 1.0, 0.0, 0.75, 1.0]))
    expected = demand(out)[2]
    assert expected == pytest.approx(4.0, abs=0.3)
    assert demand(out)[3] == pytest.approx(1.0 + 0.25 * 4.0, abs=0.1)
    assert out.column("method").to_pylist() == [
        "observed",
        "observed",
        "in_stock_mean",
        "in_stock_mean",
        "observed",
    ]
    assert out.column("demand_sd").to_pylist()[2] > 0


def test_demand_is_never_below_what_was_served() -> None:
    out = in_stock_mean(panel([1.0, 1.0, 9.0, 9.0], [1.0, 1.0, 0.5, 0.0]))
    assert demand(out)[2] >= 9.0
    assert demand(out)[3] >= 9.0


def test_the_window_prefers_days_nearby_and_falls_back_to_the_series() -> None:
    units = [2.0] * 60 + [0.0] + [10.0] * 10
    shares = [1.0] * 60 + [0.0] + [1.0] * 10
    near = demand(in_stock_mean(panel(units, shares), window_days=14))[60]
    assert 4.0 < near < 8.0
    units = [2.0] * 10 + [0.0] * 60
    shares = [1.0] * 10 + [0.0] * 60
    assert demand(in_stock_mean(panel(units, shares), window_days=14))[69] == pytest.approx(2.0, rel=0.2)


def test_a_series_never_in_stock_has_no_estimate_and_says_so() -> None:
    out = in_stock_mean(panel([0.0, 2.0], [0.0, 0.4]))
    assert demand(out) == [0.0, 2.0]
    assert out.column("method").to_pylist() == ["no_stock_history"] * 2


def test_weekdays_are_told_apart_by_group() -> None:
    week = [10.0, 10.0, 10.0, 10.0, 10.0, 60.0, 0.0]
    units, shares = week * 8, [1.0] * 56
    units[40], shares[40] = 0.0, 0.0  # a Saturday
    units[43], shares[43] = 0.0, 0.0  # a Tuesday
    table = panel(units, shares).append_column("group", pa.array(["g"] * 56))
    flat = panel([10.0] * 56, [1.0] * 56, series="b").append_column("group", pa.array(["h"] * 56))
    out = demand(in_stock_mean(pa.concat_tables([table, flat])))
    assert out[40] == pytest.approx(60.0, rel=0.1)
    assert out[43] == pytest.approx(10.0, rel=0.1)


def test_order_of_rows_changes_nothing_and_is_kept() -> None:
    rng = np.random.default_rng(1)
    parts = [
        panel(
            rng.poisson(3.0, 50).astype(float).tolist(), rng.choice([0.0, 0.5, 1.0], 50).tolist(), series=name
        )
        for name in ("b", "a", "c")
    ]
    table = pa.concat_tables(parts)
    shuffle = rng.permutation(150)
    straight, shuffled = in_stock_mean(table), in_stock_mean(table.take(pa.array(shuffle)))
    assert straight.take(pa.array(shuffle)).equals(shuffled)


def test_a_window_does_not_reach_into_the_next_series() -> None:
    table = pa.concat_tables(
        [panel([1.0] * 20 + [0.0], [1.0] * 20 + [0.0]), panel([99.0] * 21, [1.0] * 21, "b")]
    )
    assert demand(in_stock_mean(table))[20] < 1.5


def test_estimates_recover_what_stock_outs_hid() -> None:
    rng = np.random.default_rng(5)
    mean = rng.gamma(2.0, 2.0, 200)
    true = rng.poisson(mean[:, None], (200, 120)).astype(float)
    share = np.where(rng.random((200, 120)) < 0.15, 0.0, 1.0)
    tables = [
        panel((true[row] * share[row]).tolist(), share[row].tolist(), series=f"s{row}") for row in range(200)
    ]
    out = in_stock_mean(pa.concat_tables(tables))
    found = np.array(demand(out)).reshape(200, 120)
    assert (true * share).sum() / true.sum() < 0.88
    assert found.sum() / true.sum() == pytest.approx(1.0, abs=0.01)


def test_empty_panel_gives_the_typed_empty_table() -> None:
    out = in_stock_mean(panel([], []))
    assert out.num_rows == 0
    assert out.schema == CENSORED_SCHEMA


def test_empty_units_are_estimated_and_an_empty_share_counts_as_in_stock() -> None:
    out = in_stock_mean(panel([5.0, None, 5.0], [1.0, 1.0, None]))
    assert demand(out)[1] == pytest.approx(5.0, abs=0.5)
    assert out.column("method").to_pylist() == ["observed", "in_stock_mean", "observed"]


@pytest.mark.parametrize(
    ("table", "window", "sentence"),
    [
        (panel([1.0], [1.5]), 28, "in_stock_share"),
        (pa.concat_tables([panel([1.0], [1.0])] * 2), 28, "two rows for 2026-03-02"),
        (panel([1.0], [1.0]).drop_columns(["y"]), 28, "Column y is missing"),
        (panel([1.0], [1.0]), 1, "window_days is 1"),
    ],
)
def test_bad_panels_are_refused(table: pa.Table, window: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        in_stock_mean(table, window_days=window)
