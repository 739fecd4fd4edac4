"""The bench of the count list counts what was planted, and says so where there is nothing to measure."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from bench.phantom_stock import main, measure


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, Path]:
    """Build a shop of three SKUs: A's shelf is empty under a record of 5, B sells seldom, C sells daily."""
    warehouse, truth = tmp_path / "warehouse.duckdb", tmp_path / "truth"
    truth.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            f"""
            create schema main_marts;
            create table main_marts.fct_demand_daily as
            select
                sku_id, 's1' as location_id, day::date as demand_on,
                case
                    when sku_id = 'A' then (day < date '2026-09-01')::int
                    when sku_id = 'B' then (day = date '2026-08-01')::int
                    else 1
                end as sold_units
            from unnest(['A', 'B', 'C']) as skus(sku_id),
                generate_series(date '2026-07-01', date '2026-09-30', interval 1 day) as days(day);
            create table main_marts.fct_stock_daily as
            select sku_id, 's1' as location_id, date '2026-09-30' as stock_on, available_units
            from (values ('A', 5), ('B', 9), ('C', 9)) as records(sku_id, available_units);
            create table main_marts.dim_sku as
            select * from (values ('A', 2), ('B', 3), ('C', 4)) as skus(sku_id, unit_cost_amount);
            create table main_marts.fct_stock_count_list as
            select
                'A' as sku_id, 's1' as location_id, 1 as count_rank, .9 as probability_share,
                'A|s1' as count_id;
            copy (select 'A' as sku_id, 's1' as location_id) to '{truth}/phantom.parquet';
            copy (
                select
                    sku_id, 's1' as location_id, date '2026-09-30' as date,
                    (sku_id != 'A')::int as in_stock_share
                from unnest(['A', 'B', 'C']) as skus(sku_id)
            ) to '{truth}/demand.parquet';
            """
        )
    return warehouse, truth


def test_the_list_is_compared_with_the_naive_rules(world: tuple[Path, Path]) -> None:
    planted, rows = measure(*world)
    found = {name: (first, top) for name, first, top in rows}
    assert planted == 1
    assert found["count list, by expected money"] == ((1, 1, 1), (1, 1, 1))
    # B has been silent for longer and is worth more, A sold more before
    assert found["no sales, longest silence first"] == ((2, 1, 1), (1, 0, 0))
    assert found["no sales for 28 days, dearest stock first"] == ((2, 1, 1), (1, 0, 0))
    assert found["no sales for 28 days, best seller of half a year first"] == ((2, 1, 1), (1, 1, 1))
    assert found["no sales for 42 days, dearest stock first"] == ((1, 0, 0), (1, 0, 0))


def test_the_command_line_prints_the_precision(
    world: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--warehouse", str(world[0]), "--truth", str(world[1])]) == 0
    printed = capsys.readouterr().out
    assert "planted: 1" in printed and "1.00" in printed


def test_a_missing_warehouse_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--warehouse", str(tmp_path / "none.duckdb"), "--truth", str(tmp_path)]) == 1
    assert "run `make demo` first" in capsys.readouterr().out
