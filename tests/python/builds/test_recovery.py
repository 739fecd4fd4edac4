"""What the demo world planted, the models find: demand, surplus, price effects, identity."""

from __future__ import annotations

import datetime as dt

import pytest

from sellthrough.demo import DemoConfig, build_demo

from .house import House

CONFIG = DemoConfig(skus=80, days=760, seed=11)
AS_OF = CONFIG.last_day - dt.timedelta(days=28)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Build a retailer of two years as of four weeks before its last day: the truth shows what came."""
    root = tmp_path_factory.mktemp("past")
    build_demo(CONFIG, root, say=lambda _: None)
    knobs = {"as_of_date": AS_OF.isoformat(), "forecast_rounds": 80, "forecast_training_rows": 150_000}
    return House(root / "house", root / "raw", knobs).built()


def test_the_forecast_beats_the_season_before_it(past: House) -> None:
    """Four weeks ahead, by week and series, against the same week of the year before."""
    sql = f"""
        with truth as (
            select sku_id, channel_id, location_id, date, demand_units_with_kits as units
            from read_parquet('{{raw}}/../truth/demand.parquet')
        ),
        forecast as (
            select sku_id, channel_id, location_id, forecast_on, mean_units, (horizon_days - 1) // 7 as week
            from main_marts.fct_demand_forecast where vintage_on = date '{AS_OF}' and horizon_days <= 28
        ),
        sold as (
            select sku_id, channel_id, location_id, demand_on, sold_units from main_marts.fct_demand_daily
        ),
        weekly as (
            select
                sum(truth.units) as units,
                sum(forecast.mean_units) as mean_units,
                sum(coalesce(year_ago.sold_units, 0)) as year_ago_units,
                sum(coalesce(last_weeks.sold_units, 0)) as last_weeks_units
            from forecast
            join truth using (sku_id, channel_id, location_id)
            left join sold as year_ago on
                year_ago.sku_id = forecast.sku_id and year_ago.channel_id = forecast.channel_id
                and year_ago.location_id = forecast.location_id
                and year_ago.demand_on = forecast.forecast_on - 364
            left join sold as last_weeks on
                last_weeks.sku_id = forecast.sku_id and last_weeks.channel_id = forecast.channel_id
                and last_weeks.location_id = forecast.location_id
                and last_weeks.demand_on = forecast.forecast_on - 28
            where truth.date = forecast.forecast_on
            group by forecast.sku_id, forecast.channel_id, forecast.location_id, forecast.week
        )
        select
            count(*),
            sum(abs(mean_units - units)) / sum(units),
            sum(abs(year_ago_units - units)) / sum(units),
            sum(abs(last_weeks_units - units)) / sum(units)
        from weekly
    """
    cells, forecast, year_ago, last_weeks = past.query(sql)[0]
    print(
        f"WAPE over {cells} cells: forecast {forecast:.3f}, "
        f"a year ago {year_ago:.3f}, four weeks ago {last_weeks:.3f}"
    )
    assert cells > 500
    assert forecast < 0.9 * min(year_ago, last_weeks)


def test_recovered_demand_is_nearer_to_the_truth_than_sales(past: House) -> None:
    demand, sales, truth = past.query(
        "select sum(found.demand_units), sum(found.sold_units), sum(truth.demand_units_with_kits) "
        "from main_marts.fct_demand_daily as found "
        "join read_parquet('{raw}/../truth/demand.parquet') as truth "
        "on truth.sku_id = found.sku_id and truth.channel_id = found.channel_id "
        "and truth.location_id = found.location_id and truth.date = found.demand_on"
    )[0]
    print(f"demand {float(demand):.0f}, sales {float(sales):.0f}, truth {float(truth):.0f}")
    assert abs(float(demand) - float(truth)) < 0.5 * abs(float(sales) - float(truth))


def test_intervals_of_price_elasticities_cover_the_truth(past: House) -> None:
    count, covered, error = past.query(
        "select count(*), "
        "avg((truth.elasticity between found.elasticity_low and found.elasticity_high)::int), "
        "avg(abs(found.elasticity - truth.elasticity)) from main_marts.fct_price_elasticity as found "
        "join read_parquet('{raw}/../truth/skus.parquet') as truth using (sku_id) "
        "where grade in ('A', 'B', 'C')"
    )[0]
    print(f"{count} elasticities graded A to C, {covered:.1%} covered, mean error {float(error):.2f}")
    assert count >= 20
    assert covered >= 0.6


@pytest.mark.parametrize("system", ["shopify", "amazon", "pos", "netsuite", "wms"])
def test_keys_lead_to_the_right_sku_by_money(retailer: House, system: str) -> None:
    keys, right, money = retailer.query(
        "select count(*), sum((found.sku_id = truth.sku_id)::int * (1 + abs(stake_reporting_amount))), "
        "sum(1 + abs(stake_reporting_amount)) from main_marts.bridge_sku_identity as found "
        "join (select distinct split_part(system, '_', 1) as system, source_key, sku_id "
        "from read_parquet('{raw}/../truth/identity.parquet')) as truth "
        "on truth.source_key = found.source_key and truth.system = found.source_system "
        f"where found.sku_id is not null and found.source_system = '{system}'"
    )[0]
    print(f"{system}: {keys} keys, {float(right) / float(money):.4%} of the money right")
    assert keys > 20
    assert float(right) / float(money) >= 0.995


def test_labels_say_that_nearly_all_money_is_on_the_right_sku(retailer: House) -> None:
    ((precision, recall, labelled),) = retailer.query(
        "select precision_share, recall_share, labelled_reporting_amount "
        "from main_marts.rpt_identity_quality where source_system = 'all'"
    )
    assert labelled > 0
    assert precision >= 0.995
    assert recall >= 0.99


def test_planted_surplus_is_flagged(retailer: House) -> None:
    planted, found, flagged, right = retailer.query(
        """
        with truth as (
            select surplus.sku_id, surplus.location_id, surplus_units * cost as amount
            from read_parquet('{raw}/../truth/surplus.parquet') as surplus
            join read_parquet('{raw}/../truth/skus.parquet') as skus using (sku_id)
        )
        select
            sum(truth.amount),
            sum(truth.amount) filter (where flags.is_surplus),
            sum(flags.surplus_cost_amount) filter (where flags.is_surplus),
            sum(flags.surplus_cost_amount) filter (where flags.is_surplus and truth.amount is not null)
        from truth full join main_marts.fct_surplus_flags as flags
            on truth.sku_id = flags.sku_id and truth.location_id = flags.location_id
        """
    )[0]
    recall, precision = float(found) / float(planted), float(right) / float(flagged)
    print(f"surplus planted {float(planted):.0f}, recall {recall:.1%}, precision {precision:.1%}")
    assert float(planted) > 0
    assert recall >= 0.6
    assert precision >= 0.5
