"""The bench of the fresh week: scores by hand, and the command line on a small world with stock-outs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from bench.freshretail import main, read_week, score
from bench.m5_score import QUANTILES


def test_bias_and_wape_by_hand() -> None:
    reached = score(np.array([1.0, 3.0]), np.array([2.0, 3.0]))
    assert reached.bias_share == pytest.approx(0.25)
    assert reached.wape == pytest.approx(0.25)
    assert reached.pinball is None


def test_quantiles_by_hand() -> None:
    # tenths as doubles: 0.3 and 3 x 0.1 are the same
    came, quantiles = np.array([0.3, 0.1]), np.full((2, len(QUANTILES)), 3 * 0.1)
    reached = score(came, np.array([0.2, 0.2]), quantiles)
    assert reached.pinball is not None and reached.at_most is not None and reached.below is not None
    # one day hits, the other lies .2 below, over a mean of .2
    assert reached.pinball == pytest.approx((1 - np.array(QUANTILES)) * 0.2 / 2 / 0.2)
    assert reached.at_most.tolist() == [1.0] * len(QUANTILES)
    assert reached.below.tolist() == [0.5] * len(QUANTILES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write twelve store-products of eight weeks that sell 2 a day and 1 on days half out of stock."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select
                    1 as city_id, store_id, 1 as management_group_id, 1 as first_category_id,
                    1 as second_category_id, 1 as third_category_id, product_id, day::date as dt,
                    if(is_out, 1.0, 2.0) as sale_amount, if(is_out, 1.0, 2.0) as sale_6_22,
                    if(is_out, 8.0, 0.0) as stockout_hours_6_22, if(is_out, 8.0, 0.0) as stockout_hours_24,
                    1.0 as discount, 0 as holiday_flag, 0 as activity_flag, 0.0 as precpt,
                    20.0 as avg_temperature, 50.0 as avg_humidity, 1.0 as avg_wind_level
                from
                    (
                        select
                            store_id, product_id, day,
                            (dayofyear(day) + store_id + product_id) % 3 = 0 as is_out
                        from range(1, 4) as stores(store_id), range(1, 5) as products(product_id),
                            generate_series(date '2024-03-01', date '2024-04-25', interval 1 day) as days(day)
                    )
            ) to '{tmp_path}/daily.parquet';
            """
        )
    return tmp_path


def test_nothing_after_the_origin_is_known_but_what_was_planned(folder: Path) -> None:
    week, origin = read_week(folder, None)
    assert origin == date(2024, 4, 18)
    assert max(week.past.column("ds").to_pylist()) == origin
    assert week.held.num_rows == 12 * 7
    assert set(week.drivers.column_names) == {
        "series",
        "ds",
        "known_price_discount",
        "known_promotion_activity",
    }


def test_recovered_demand_has_no_bias_where_raw_sales_have(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(folder)]) == 0
    bias: dict[tuple[str, str], float] = {}
    for line in capsys.readouterr().out.splitlines():
        if "%" in line:
            bias[line[:24].strip(), line[24:42].strip()] = float(line[42:].split("%")[0])
    assert len(bias) == 9
    assert abs(bias["Sellthrough", "demand in stock"]) < 2
    assert abs(bias["Sellthrough", "recovered demand"]) < 2
    assert bias["Sellthrough", "raw sales"] < -10


def test_an_origin_outside_the_file_is_said_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(folder), "--origin", "2024-04-20"]) == 1
    assert "choose one that does" in capsys.readouterr().out
    assert main(["--data", str(folder / "none")]) == 1
    assert "give the folder" in capsys.readouterr().out
