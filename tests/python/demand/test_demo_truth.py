"""What the demo world planted, the forecast of a quarter ahead finds, and its laws hold on fresh seeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pyarrow.compute as pc
import pytest

from sellthrough.demand import FIT_SCHEMA, ForecastSettings, fit_demand, forecast_demand
from sellthrough.demo import DemoConfig

from .demo_panel import demo_panel

AHEAD = 92
SETTINGS = ForecastSettings(horizon_days=AHEAD, windows_days=(7, 28, 91), training_rows=100_000, workers=1)
LAST_DAY = date(2026, 1, 31)
CYBER_MONDAY, CHRISTMAS = date(2025, 12, 1), date(2025, 12, 25)


@pytest.fixture(scope="module", params=[101, 202])
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Forecast November to January of a fresh world; lay the truth beside it."""
    config = DemoConfig(skus=60, days=1000, seed=request.param, last_day=LAST_DAY)
    panel = demo_panel(config, tmp_path_factory.mktemp("world"), AHEAD)
    tables = (panel.features, panel.series, panel.events)
    fit = fit_demand(*tables, FIT_SCHEMA.empty_table(), SETTINGS)
    kept = fit.filter(pc.equal(fit.column("row_kind"), "part"))
    forecast, planted = forecast_demand(*tables, kept, SETTINGS), panel.planted
    with duckdb.connect() as connection:
        connection.register("forecast", forecast)
        connection.register("planted", planted)
        connection.execute(
            """
            create table days as
            select forecast.*, planted.* exclude (series_id)
            from forecast inner join planted
                on forecast.series_id = planted.series_id and forecast.forecast_on = planted.demand_on
            where row_kind = 'period';

            create table sums as
            select forecast.*, came.units
            from forecast inner join (
                select forecast.series_id, forecast.window_days, sum(planted.units) as units
                from forecast inner join planted
                    on forecast.series_id = planted.series_id
                    and planted.demand_on >= forecast.forecast_on
                    and planted.demand_on < forecast.forecast_on + forecast.window_days
                where row_kind = 'window'
                group by all
            ) as came using (series_id, window_days)
            where row_kind = 'window'
            """
        )
        yield connection


def one(told: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, ...]:
    """Return the one row of a query as numbers."""
    row = told.execute(sql).fetchone()
    assert row is not None
    return tuple(float(value) for value in row)


def test_the_quarter_is_foreseen_in_sum(told: duckdb.DuckDBPyConnection) -> None:
    forecast, expected = one(told, "select sum(mean_units), sum(expected_units) from days")
    assert forecast == pytest.approx(expected, rel=0.15)


def test_promotions_lift_as_planted_and_only_where_they_are(told: duckdb.DuckDBPyConnection) -> None:
    found, planted, elsewhere = one(
        told,
        """
        select
            sum(promotion_units),
            sum(expected_units * (1 - 1 / promotion_factor)),
            sum(case when discount_rate = 0 then abs(promotion_units) else 0 end)
        from days
        """,
    )
    # what totals of all series add to it is told as trend
    assert 0.4 * planted < found < 1.5 * planted
    assert elsewhere < 1e-6


@pytest.mark.parametrize("channel", ["web", "web_eu"])
def test_media_bring_as_much_as_planted(told: duckdb.DuckDBPyConnection, channel: str) -> None:
    found, planted = one(
        told,
        f"""
        select sum(marketing_units), sum(expected_units * (1 - 1 / media_factor))
        from days where channel_id = '{channel}'
        """,
    )
    # spend hardly ever rests, so that a world without it is a guess
    assert 0.15 * planted < found < 2.2 * planted


def test_channels_without_media_owe_them_nothing(told: duckdb.DuckDBPyConnection) -> None:
    (found,) = one(
        told, "select sum(abs(marketing_units)) from days where channel_id in ('store', 'wholesale')"
    )
    assert found == 0


def test_holidays_move_demand_the_way_they_were_planted(told: duckdb.DuckDBPyConnection) -> None:
    monday, of_monday = one(
        told,
        f"""
        select sum(holiday_units), sum(mean_units) from days
        where forecast_on = '{CYBER_MONDAY}' and channel_id = 'web'
        """,
    )
    # 1.9 times a usual Monday, two of which the history has seen
    assert 0.05 < monday / of_monday < 0.6
    shut, of_shut, usual = one(
        told,
        f"""
        select
            sum(case when forecast_on = '{CHRISTMAS}' then holiday_units end),
            sum(case when forecast_on = '{CHRISTMAS}' then mean_units end),
            sum(mean_units) / {AHEAD}
        from days where channel_id = 'store'
        """,
    )
    # stores are shut, as they were twice before
    assert shut < 0
    assert of_shut < 0.4 * usual


@pytest.mark.parametrize(("table", "window"), [("days", 1), ("sums", 7), ("sums", 28), ("sums", 91)])
@pytest.mark.parametrize("level", [10, 50, 90])
def test_quantiles_keep_what_they_promise(
    told: duckdb.DuckDBPyConnection, table: str, window: int, level: int
) -> None:
    at_most, below = one(
        told,
        f"""
        select
            avg(case when units <= q{level}_units then 1 else 0 end),
            avg(case when units < q{level}_units then 1 else 0 end)
        from {table} where window_days = {window}
        """,
    )
    # whole units leave a step between the two
    off = max(level / 100 - at_most, below - level / 100, 0.0)
    assert off < (0.03 if window == 1 else 0.08)
