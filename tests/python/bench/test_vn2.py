"""The bench of three weeks' demand: rules and scores by hand, and the command line on a small challenge."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from bench.vn2 import LEVEL, Law, main, planners_rules, score


def test_the_pinball_loss_is_the_cost_of_too_little_and_too_much() -> None:
    law = Law(np.array([3.0, 3.0]), np.array([4.0, 4.0]))
    reached = score(np.array([6.0, 4.0]), law)
    assert reached.pinball == pytest.approx(LEVEL * 2 / 2)
    assert reached.bias_share == pytest.approx(-0.4)
    assert (reached.at_most, reached.below) == (0.5, 0.0)


def test_rules_read_weeks_in_stock_only() -> None:
    weeks = np.arange("2021-01-04", "2023-01-02", 7, dtype="datetime64[D]")
    units = np.full((1, weeks.size), 5.0)
    in_stock = np.ones((1, weeks.size), dtype=bool)
    # a week out of stock, and a year ago three of 7
    units[0, -2], in_stock[0, -2] = 0.0, False
    units[0, -52:-49] = 7.0
    rules = planners_rules(units, in_stock, weeks)
    assert rules["13-week mean"].mean.tolist() == [15.0]
    assert rules["13-week mean"].quantile.tolist() == [15.0]
    assert rules["seasonal naive"].mean.tolist() == [21.0]


def test_the_season_is_taken_out_and_put_back() -> None:
    weeks = np.arange("2021-01-04", "2023-01-02", 7, dtype="datetime64[D]")
    month = weeks.astype("datetime64[M]").astype(int) % 12
    units = np.where(month < 2, 8.0, 4.0)[None, :]
    rules = planners_rules(units, np.ones_like(units, dtype=bool), weeks)
    # the weeks to come lie in January
    assert rules["13-week mean"].mean[0] == pytest.approx(12.0, abs=1.0)
    assert rules["13-week mean, deseasonalised"].mean[0] == pytest.approx(24.0, abs=2.0)


def test_a_store_product_out_of_stock_of_late_is_read_from_all_its_weeks() -> None:
    weeks = np.arange("2021-01-04", "2023-01-02", 7, dtype="datetime64[D]")
    in_stock = np.ones((1, weeks.size), dtype=bool)
    in_stock[0, -13:] = False
    rules = planners_rules(np.where(in_stock, 2.0, 0.0), in_stock, weeks)
    assert rules["13-week mean"].mean.tolist() == [6.0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write eight store-products of 80 weeks that sell 4 a week."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table cells as
            select
                store as "Store", product as "Product",
                (date '2021-04-12' + (7 * week)::int)::varchar as week,
                4.0 + (store + product + week) % 3 - 1 as units,
                if((store * 7 + product + week) % 20 = 0, 'False', 'True') as in_stock
            from range(2) as stores(store), range(4) as products(product), range(80) as weeks(week)
            """
        )
        for name, value in (("Week 0 - 2024-04-08 - Sales", "units"), ("Week 0 - In Stock", "in_stock")):
            connection.execute(
                f"""copy (
                    select * from (pivot (select "Store", "Product", week, {value} as value from cells)
                    on week using any_value(value)) order by all
                ) to '{tmp_path}/{name}.csv'"""
            )
        connection.execute(
            f"""copy (
                select distinct
                    "Store", "Product", 1 as "ProductGroup", 1 as "Division", 1 as "Department",
                    1 as "DepartmentGroup", 1 as "StoreFormat", 1 as "Format"
                from cells
            ) to '{tmp_path}/Week 0 - Master.csv'"""
        )
    return tmp_path


def test_the_command_line_scores_every_rule(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(folder), "--origins", "2"]) == 0
    rows = {line[:30].strip(): line[30:].split() for line in capsys.readouterr().out.splitlines()}
    names = ("seasonal naive", "13-week mean", "13-week mean, deseasonalised", "Sellthrough")
    assert all(len(rows[name]) == 5 for name in names)
    assert rows["13-week mean"][1] == "1.000"
    assert abs(float(rows["Sellthrough"][4].rstrip("%"))) < 10


def test_what_is_not_there_is_said_in_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(folder / "none")]) == 1
    assert "give the folder of the challenge" in capsys.readouterr().out
    assert main(["--data", str(folder), "--last", "2021-06-07"]) == 1
    assert "give a later --last" in capsys.readouterr().out
