"""Every var of the project changes what it says it changes, in SQL and in Python alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from .house import PROJECT, House

# Where the raw data lie: every other test of this folder stands on these.
LOCATIONS = {"raw_folder", "source_database"}
# Vars of builds that continue, each with another value; the test of slices turns them.
OF_SLICES = {"landing_overlap_hours": 96}
# Vars of the contract for plain order lines; the tests of that contract turn them.
OF_ORDERS = {"orders_cancellation_prefix": "X", "orders_identical_lines": "keep"}
# Vars for what the demo doesn't have (kits within kits, unknown listings, snapshots with holes, places whose
# deliveries nobody tells): dbt's unit tests turn them.
OF_UNIT_TESTS = {
    "max_kit_depth": 2,
    "suggest_skus_by_title": True,
    "suggest_min_title_overlap": 0.9,
    "stock_snapshot_min_share": 0.3,
    "stock_record_max_age_days": 3,
}
# How old a fit may be; the tests of the forecast's runs turn it, as a house knows one day only.
OF_RUNS = {"forecast_refit_days": 1}
ELSEWHERE: dict[str, Any] = {**OF_SLICES, **OF_ORDERS, **OF_UNIT_TESTS, **OF_RUNS}
POLICY, SURPLUS, FIT, FORECAST = (
    "int_reorder_policy",
    "int_surplus_flags",
    "int_forecast_fit",
    "int_forecast_run",
)
HOURS, SILENCES, COUNTS = "int_sales_hours_profiled", "int_stock_silences_weighed", "fct_stock_count_list"


@dataclass(frozen=True)
class Knob:
    """Another value of a var, the model that must notice it, and the columns that must change.

    `beside` are vars without which the knob has no say; `against` is the knob that is turned alone to compare
    with.
    """

    value: Any
    model: str
    columns: str = "*"
    beside: Mapping[str, Any] = field(default_factory=dict)
    against: str = ""


KNOBS: dict[str, Knob] = {
    "column_names": Knob({"netsuite.item": {"displayname": "itemid"}}, "stg_netsuite__item", "item_name"),
    "x_columns_personal": Knob(["cashier"], "stg_pos__sales_line", "x_columns"),
    "time_zones": Knob({"default": "Pacific/Auckland"}, "stg_pos__sales_line", "sold_on"),
    "reporting_currency": Knob("EUR", "int_exchange_rates_filled"),
    "pos_currency": Knob("EUR", "int_pos_sales_standardised", "currency_code"),
    "home_country_code": Knob("NL", "int_calendar_days", "holiday_name"),
    "as_of_date": Knob("2026-09-20", "int_sales_cut_off", "cut_off_on"),
    "earliest_date": Knob("2026-06-01", "int_sales_mapped", "row_reason"),
    "calendar_starts_on": Knob("2020-01-01", "int_calendar_days"),
    "calendar_ends_on": Knob("2028-01-01", "int_calendar_days"),
    "fiscal_year_starts_month": Knob(1, "dim_date", "fiscal_year"),
    "cut_off_min_day_share": Knob(1.3, "int_sales_cut_off", "cut_off_on"),
    "cut_off_max_gap_days": Knob(0, "int_sales_cut_off", "cut_off_on"),
    "exchange_rate_max_age_days": Knob(1, "int_exchange_rates_filled"),
    "sku_master_systems": Knob(["shopify"], "int_sku_masters_listed", "master_system"),
    "sku_suffixes": Knob(["BLU", "NAT", "GRN", "WHT"], "int_sku_masters_erp", "normalised_code"),
    "measured_units": Knob(["case"], "int_units_standardised", "is_measured"),
    "max_line_units": Knob(1, "int_sales_mapped", "mapping_reason"),
    "max_unit_price_amount": Knob(5, "int_sales_mapped", "mapping_reason"),
    "sales_recognition": Knob("shipped", "int_shopify_sales_standardised", "gross_units"),
    "prices_include_tax": Knob(
        {"default": True, "pos": False}, "int_pos_sales_standardised", "is_tax_included"
    ),
    "promotion_min_discount_rate": Knob(0.6, "fct_sales", "is_promoted"),
    "max_stock_units": Knob(1, "int_wms_movements_standardised", "rejection_reason"),
    "opening_stock_memo": Knob("nothing", "stg_netsuite__transaction", "is_opening_stock"),
    "price_window_days": Knob(2, "int_sku_prices_measured", "unit_price_amount"),
    "demand_estimator": Knob("in_stock_mean", "int_demand_recovered", "demand_units"),
    "late_stock_max_share": Knob(0.0, "int_demand_censored", "in_stock_share"),
    "in_stock_window_days": Knob(
        7, "int_demand_recovered", "demand_units", {"demand_estimator": "in_stock_mean"}, "demand_estimator"
    ),
    "partial_stock_day_share": Knob(0.1, "int_stock_shares_timed", "in_stock_share"),
    "run_out_hours_max_lateness": Knob(2.0, HOURS, "is_telling", {"run_out_hours_min_days": 1}),
    "run_out_hours_min_days": Knob(
        1_000_000, HOURS, "is_telling", {"run_out_hours_max_lateness": 2.0}, "run_out_hours_max_lateness"
    ),
    "availability_lead_days": Knob(0, "int_demand_starts_found"),
    "forecast_history_days": Knob(40, "int_demand_features"),
    "forecast_dormant_days": Knob(2, "int_demand_series"),
    "forecast_min_weight_share": Knob(0.9, "int_demand_features", "demand_weight_share"),
    "forecast_horizon_days": Knob(40, FIT, "part_text"),
    "forecast_grain": Knob("week", FIT, "window_days"),
    "forecast_windows_days": Knob([7], FIT, "window_days"),
    "forecast_prophet": Knob(False, FIT, "part_text"),
    "forecast_rounds": Knob(3, FIT, "part_text"),
    "forecast_training_rows": Knob(2_000, FIT, "part_text"),
    "forecast_calibration_tolerance_share": Knob(0.9, "int_actions_reviewed"),
    "forecast_calibration_min_observations": Knob(1, "int_actions_reviewed"),
    "budget_revenue_word": Knob("nothing", "int_budgets_resolved"),
    "budget_cost_word": Knob("stock", "int_budgets_resolved", "margin_amount"),
    "elasticity_interval_level": Knob(0.5, "int_price_elasticity", "elasticity_low"),
    "elasticity_min_in_stock_share": Knob(1.0, "int_price_elasticity", "n_weeks"),
    "service_mode": Knob("fixed", POLICY, "service_level"),
    "service_level": Knob(0.7, POLICY, "service_level", {"service_mode": "fixed"}, "service_mode"),
    "service_level_floor": Knob(0.97, POLICY, "service_level"),
    "service_level_ceiling": Knob(0.82, POLICY, "service_level"),
    "carrying_cost_rate": Knob(0.9, POLICY, "holding_cost_amount"),
    "lost_sale_penalty_rate": Knob(2.0, POLICY, "service_level"),
    "fixed_order_cost_amount": Knob(500.0, POLICY, "order_up_to_units"),
    "default_lead_time_days": Knob(90, POLICY, "lead_time_days"),
    "default_lead_time_sd_days": Knob(40, POLICY, "protection_sd_units"),
    "default_review_days": Knob(28, POLICY, "review_days"),
    "lead_time_min_receipts": Knob(10_000, "int_stock_positions_echelon", "lead_time_sd_days"),
    "surplus_horizon_days": Knob(50, "int_sku_seasons_dated", "season_ends_on"),
    "surplus_plausible_quantile": Knob(0.5, SURPLUS, "plausible_demand_units"),
    "surplus_min_units": Knob(60, SURPLUS, "is_surplus"),
    "new_item_days": Knob(100_000, "int_sku_seasons_dated", "is_new"),
    "clearance_days": Knob(5, "int_sku_seasons_dated", "season_ends_on"),
    "season_grace_days": Knob(1, "int_sku_seasons_dated", "season_ends_on"),
    "markdown_rate": Knob(0.6, SURPLUS, "recoverable_on_hand_amount"),
    "salvage_rate": Knob(0.9, SURPLUS, "recoverable_on_hand_amount"),
    "default_elasticity": Knob(-4.0, SURPLUS, "recoverable_on_hand_amount"),
    "phantom_prior_rate": Knob(0.9, COUNTS),
    "phantom_min_probability": Knob(0.0, COUNTS),
    "phantom_min_record_units": Knob(1, "int_stock_silences_measured"),
    "phantom_min_silent_days": Knob(3, "int_stock_silences_measured"),
    "phantom_history_days": Knob(20, SILENCES, "silence_share"),
    "phantom_popularity_shape": Knob(8.0, SILENCES, "silence_share"),
    "phantom_trend_shape": Knob(50.0, SILENCES, "silence_share"),
    "phantom_found_after_days": Knob(7, "int_actions_counted", "value_amount"),
    "expedite_days": Knob(1, "int_actions_expedited"),
    "cancel_notice_days": Knob(400, "int_stock_positions_local"),
    "expedite_cost_rate": Knob(0.0, "int_actions_expedited", "value_amount"),
    "action_min_amount": Knob(100, "rpt_action_queue"),
}
# Knobs that must change nothing.
IDLE = {"forecast_workers": Knob(4, FORECAST)}
EVERY = {**KNOBS, **IDLE}
# Every var away from its default.
TURNED: dict[str, Any] = {**{name: knob.value for name, knob in EVERY.items()}, **ELSEWHERE}


def declared() -> dict[str, Any]:
    """Vars of the project with their defaults."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    return dict(project["vars"])


def rounds(manifest: dict[str, Any]) -> list[dict[str, Knob]]:
    """Spread the knobs over as few runs as leave each change one cause.

    No model of a round names two of its knobs or reads another model of it. A table that is not rerun keeps
    what it held, so a model is only touched by its parents and by what stands behind those that are views.
    """
    nodes = manifest["nodes"]
    ids = {node["name"]: uid for uid, node in nodes.items() if node["resource_type"] == "model"}

    def read_afresh(unique_id: str) -> set[str]:
        found: set[str] = set()
        for parent in manifest["parent_map"].get(unique_id, []):
            found.add(parent)
            if parent in nodes and nodes[parent]["config"]["materialized"] == "view":
                found |= read_afresh(parent)
        return found

    above = {knob.model: read_afresh(ids[knob.model]) for knob in EVERY.values()}

    def named(name: str, model: str) -> bool:
        code = nodes[ids[model]]["raw_code"]
        return f"var('{name}')" in code or f'var("{name}")' in code

    def apart(one: str, other: str) -> bool:
        left, right = EVERY[one], EVERY[other]
        related = ids[left.model] in above[right.model] or ids[right.model] in above[left.model]
        shared = left.model == right.model or named(one, right.model) or named(other, left.model)
        return not (related or shared or left.beside or right.beside)

    planned: list[dict[str, Knob]] = []
    for name, knob in EVERY.items():
        fitting = [together for together in planned if all(apart(name, other) for other in together)]
        if not fitting:
            planned.append({})
            fitting = planned[-1:]
        fitting[0][name] = knob
    return planned


@pytest.fixture(scope="module")
def level(retailer: House, pool: ThreadPoolExecutor, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Copy the retailer with gaps that the defaults must fill, and few enough series for quick forecasts."""
    house = retailer.copied(tmp_path_factory.mktemp("knobs") / "level")
    house.execute(
        """
        update main_intermediate.int_stock_positions_echelon
        set lead_time_days = null, lead_time_sd_days = null, review_days = null
        where hash(sku_id) % 2 = 0;
        update main_intermediate.int_stock_positions_seasonal
        set elasticity = null
        where hash(sku_id) % 2 = 0;
        delete from main_intermediate.int_demand_series where sku_id not in (
            select sku_id from main_intermediate.int_demand_series
            group by sku_id order by min(static_category), sku_id limit 5
        );
        delete from main_intermediate.int_demand_features where series_id not in (
            select series_id from main_intermediate.int_demand_series
        );
        """
    )
    house.dbt("run", "--full-refresh", "--select", POLICY, SURPLUS, FIT, FORECAST)
    return house


@pytest.fixture(scope="module")
def turned(level: House, retailer: House, pool: ThreadPoolExecutor) -> Mapping[str, House]:
    """Return, for each knob, the warehouse in which it was turned."""
    planned = rounds(retailer.manifest())

    def run(number: int, together: dict[str, Knob]) -> House:
        house = level.copied(level.root.parent / f"round_{number}")
        settings = {name: knob.value for name, knob in together.items()}
        for knob in together.values():
            settings.update(knob.beside)
        house.dbt("run", "--select", *sorted({knob.model for knob in together.values()}), **settings)
        return house

    jobs: list[Future[House]] = [pool.submit(run, n, together) for n, together in enumerate(planned)]
    return {name: job.result() for together, job in zip(planned, jobs, strict=True) for name in together}


def test_every_var_has_its_knob_here() -> None:
    known = set(TURNED) | LOCATIONS
    named = set(declared())
    assert {name for name in named if not name.endswith("_location")} == known


def test_dbt_turns_the_other_vars_in_its_unit_tests() -> None:
    files = (PROJECT / "models").rglob("*__unit_tests.yml")
    tests = [test for path in files for test in yaml.safe_load(path.read_text("utf-8"))["unit_tests"]]
    told = [pair for test in tests for pair in test.get("overrides", {}).get("vars", {}).items()]
    defaults = declared()
    turned = {name for name, value in told if value != defaults[name]}
    assert set(OF_UNIT_TESTS) - turned == set()


def test_the_unit_tests_of_the_rules_in_sql_hold_whatever_the_vars(retailer: House, tmp_path: Path) -> None:
    house = retailer.copied(tmp_path / "units")
    house.dbt("test", "--write-json", "--select", "test_type:unit", **TURNED)
    results = json.loads((house.target / "run_results.json").read_text("utf-8"))["results"]
    statuses = [r["status"] for r in results if r["unique_id"].startswith("unit_test.")]
    assert len(statuses) >= 100
    assert set(statuses) == {"pass"}


def test_every_knob_is_turned_away_from_its_default() -> None:
    defaults = declared()
    assert [name for name, value in TURNED.items() if value == defaults[name]] == []


@pytest.mark.parametrize("name", sorted(KNOBS))
def test_a_knob_changes_what_it_should(
    retailer: House, level: House, turned: Mapping[str, House], name: str
) -> None:
    knob = KNOBS[name]
    of_level = knob.model in (POLICY, SURPLUS, FORECAST)
    before = turned[knob.against] if knob.against else level if of_level else retailer
    was = before.content(knob.model, knob.columns)
    assert was[0] > 0
    assert turned[name].content(knob.model, knob.columns) != was


@pytest.mark.parametrize("name", sorted(IDLE))
def test_a_knob_of_speed_changes_nothing(level: House, turned: Mapping[str, House], name: str) -> None:
    model = IDLE[name].model
    assert turned[name].content(model) == level.content(model)
    assert level.content(model)[0] > 100
