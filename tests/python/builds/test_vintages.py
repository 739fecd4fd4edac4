"""A second vintage: the first stays, the change explains itself, and only what is due is learnt anew."""

from __future__ import annotations

import pytest

from .house import House

RUN = (
    *("run", "--select", "int_forecast_fit", "int_forecast_run", "fct_demand_forecast"),
    *("fct_demand_forecast_window", "fct_demand_drivers", "rpt_forecast_changes"),
)
DAYS_BEFORE = 3


@pytest.fixture(scope="module")
def later(corner_shop: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Forecast as of three days before the last day, then as of the last day again."""
    house = corner_shop.copied(tmp_path_factory.mktemp("vintages") / "later")
    # a house in another place learns anew once
    house.dbt(*RUN)
    house.execute(
        f"""
        create table features_now as from main_intermediate.int_demand_features;
        update main_intermediate.int_demand_features set cut_off_on = cut_off_on - {DAYS_BEFORE};
        update main_intermediate.int_demand_features set demand_units = null, demand_weight_share = null
        where demand_on > cut_off_on;
        """
    )
    house.dbt(*RUN)
    house.execute(
        """
        delete from main_intermediate.int_demand_features;
        insert into main_intermediate.int_demand_features from features_now;
        """
    )
    house.dbt(*RUN)
    return house


@pytest.mark.parametrize("mart", ["fct_demand_forecast", "fct_demand_forecast_window", "fct_demand_drivers"])
def test_both_vintages_are_there(later: House, corner_shop: House, mart: str) -> None:
    query = f"select vintage_on, count(*) from main_marts.{mart} group by 1 order by 1"
    (earlier, _), (last, rows) = later.query(query)
    assert (last - earlier).days == DAYS_BEFORE
    assert [(last, rows)] == corner_shop.query(query)


def test_the_last_day_is_forecast_as_before_to_the_bit(later: House, corner_shop: House) -> None:
    query = """
        select * from main_marts.fct_demand_forecast
        where vintage_on = (select max(vintage_on) from main_marts.fct_demand_forecast) order by forecast_id
    """
    assert later.query(query) == corner_shop.query(query)


def test_a_fit_of_the_day_is_kept_and_an_earlier_day_has_its_own(later: House) -> None:
    fits = later.query(
        """
        select fitted_on, count(*), count(distinct refit_reason) from main_intermediate.int_forecast_fit
        where row_kind = 'part' group by 1 order by 1
        """
    )
    assert len(fits) == 2
    assert {reasons for _, _, reasons in fits} == {1}
    assert len({parts for _, parts, _ in fits}) == 1


def test_the_steps_of_each_change_add_up(later: House) -> None:
    rows, largest, moved, days = later.query(
        """
        select
            count(*),
            max(abs(
                former_units + base_change_units + season_change_units + holiday_change_units
                + price_change_units + promotion_change_units + marketing_change_units + weather_change_units
                + trend_change_units + other_change_units - mean_units
            )),
            sum(abs(mean_units - former_units)),
            max(vintage_on - former_vintage_on)
        from main_marts.rpt_forecast_changes
        """
    )[0]
    assert rows > 0
    assert largest < 1e-6
    assert moved > 0
    assert days == DAYS_BEFORE


def test_weeks_are_forecast_by_one_var_and_stock_reads_days(
    corner_shop: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    house = corner_shop.copied(tmp_path_factory.mktemp("weeks") / "weekly")
    house.dbt(
        *RUN, "int_demand_forecast", "rpt_forecast_accuracy", "int_forecast_held_out", forecast_grain="week"
    )
    (rows, ids, shortest, longest) = house.query(
        "select count(*), count(distinct row_id), min(window_days), max(window_days) "
        "from main_intermediate.int_forecast_run where row_kind = 'period'"
    )[0]
    assert rows == ids > 0
    assert shortest == longest == 7
    daily, weekly = house.query(
        "select (select sum(mean_units) from main_intermediate.int_demand_forecast), "
        "(select sum(mean_units) from main_marts.fct_demand_forecast)"
    )[0]
    # a launch may fall within a week, of which stock reads the days after it
    assert float(weekly) <= float(daily) < 1.01 * float(weekly)
    assert set(house.query("select distinct period_days from main_marts.fct_demand_forecast")) == {(7,)}
