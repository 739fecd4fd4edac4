"""A missing or damaged source is no error: what the rest supports is built, and nothing is lost silently."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from .house import PROJECT, SYSTEMS, House, copied_raw

NO_FORECAST = ("--exclude", "int_forecast_fit+")
# Systems that are taken away together: what reads one of a group hardly reads another.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "no ERP": (("netsuite",), ()),
    "no shop": (("shopify",), NO_FORECAST),
    "no plans, no media, no site, no labels": (
        ("planning", "klaviyo", "ga4", "weather", "google_ads", "meta_ads", "audit"),
        (),
    ),
    "no tills, no warehouse, no marketplace, no rates": (("pos", "wms", "amazon", "fx"), NO_FORECAST),
}
MARTS = sorted(path.stem for path in (PROJECT / "models" / "marts").glob("*/*.sql"))


def without(systems: tuple[str, ...]) -> dict[str, str]:
    """Vars that say that the retailer doesn't have these systems."""
    return {f"{system}_location": "" for system in systems}


@pytest.fixture(scope="module")
def maimed(
    corner_shop: House, pool: ThreadPoolExecutor, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, House]:
    """Rebuild the very small retailer, each time without some of its systems."""
    root = tmp_path_factory.mktemp("maimed")

    def rebuilt(number: int, systems: tuple[str, ...], exclude: tuple[str, ...]) -> House:
        house = corner_shop.copied(root / str(number))
        staged = [f"stg_{system}__*+" for system in systems]
        house.dbt("run", "--select", *staged, *exclude, **without(systems))
        return house

    jobs: dict[str, Future[House]] = {
        name: pool.submit(rebuilt, number, *group) for number, (name, group) in enumerate(GROUPS.items())
    }
    return {name: job.result() for name, job in jobs.items()}


def test_each_system_is_taken_away_once() -> None:
    assert sorted(system for systems, _ in GROUPS.values() for system in systems) == sorted(SYSTEMS)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_build_lives_without(corner_shop: House, maimed: Mapping[str, House], system: str) -> None:
    (house,) = (maimed[name] for name, (systems, _) in GROUPS.items() if system in systems)
    staged = [name for name in house.relations("main_staging") if name.startswith(f"stg_{system}__")]
    assert staged
    for name in staged:
        assert house.content(name)[0] == 0
    assert any(corner_shop.content(name)[0] > 0 for name in staged)
    assert house.query(f"select 1 from main_marts.rpt_reconciliation where source_system = '{system}'") == []


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_the_rest_still_ties(maimed: Mapping[str, House], name: str) -> None:
    house = maimed[name]
    rows = house.query("select is_tied from main_marts.rpt_reconciliation")
    assert len(rows) >= 5 and all(row[0] for row in rows)
    assert house.content("fct_sales")[0] > 0
    assert house.content("fct_demand_daily")[0] > 0


def test_without_an_erp_the_shop_gives_the_list_of_skus(maimed: Mapping[str, House]) -> None:
    house = maimed["no ERP"]
    assert house.query("select distinct master_system from main_marts.dim_sku") == [("shopify",)]
    assert house.content("fct_purchase_orders")[0] == 0
    assert house.content("fct_demand_forecast")[0] > 0


def test_without_plans_and_media_there_is_a_forecast_and_no_held_campaign(
    maimed: Mapping[str, House],
) -> None:
    house = maimed["no plans, no media, no site, no labels"]
    assert house.content("fct_demand_forecast")[0] > 0
    assert house.content("fct_marketing_daily")[0] == 0
    kinds = {row[0] for row in house.query("select distinct action_kind from main_marts.rpt_action_queue")}
    assert kinds and not any("hold" in kind or "campaign" in kind for kind in kinds)


def test_without_rates_sales_in_other_currencies_wait_in_quarantine(
    corner_shop: House, maimed: Mapping[str, House]
) -> None:
    sql = "select count(*) from main_marts.fct_quarantine where rejection_reason = 'no exchange rate'"
    assert corner_shop.value(sql) == 0
    house = maimed["no tills, no warehouse, no marketplace, no rates"]
    assert house.value(sql) > 0
    assert house.query("select distinct currency_code from main_marts.fct_sales") == [("GBP",)]


def test_with_nothing_at_all_every_mart_is_there_and_every_test_holds(tmp_path: Path) -> None:
    house = House(tmp_path / "house", tmp_path / "nowhere")
    house.dbt("build", "--exclude-resource-type", "unit_test", **without((*SYSTEMS, "orders")))
    assert set(MARTS) <= set(house.relations("main_marts"))
    for mart in MARTS:
        rows = house.content(mart)[0]
        assert rows == 0 or mart in ("dim_channel", "dim_location", "dim_date"), mart


@pytest.fixture(scope="module")
def damaged(corner_shop: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Rebuild the very small retailer from raw data in which five things went wrong."""
    root = tmp_path_factory.mktemp("damaged")
    raw = copied_raw(corner_shop.raw, root / "raw")
    (raw / "meta_ads" / "ad_history.parquet").unlink()
    rewrite(raw / "amazon" / "order_item.parquet", "select * exclude (promotion_discount_amount) from landed")
    rewrite(raw / "netsuite" / "item.parquet", "select *, 'shelf ' || id as x_foo from landed")
    to_csv(raw / "fx" / "daily_rate.parquet", "select * from landed", mark=True)
    to_csv(
        raw / "wms" / "receipt.parquet",
        "select * replace (case when rowid = 2 then 'abc' else qty_each::varchar end as qty_each) "
        "from landed",
    )
    house = corner_shop.copied(root / "house", raw=raw)
    changed = ("stg_meta_ads__ad_history+", "stg_amazon__order_item+", "stg_netsuite__item+")
    house.dbt("run", "--select", *changed, "stg_fx__daily_rate+", "stg_wms__receipt+", *NO_FORECAST)
    return house


def rewrite(path: Path, sql: str) -> None:
    """Replace a Parquet file by a query over it, named `landed`."""
    with duckdb.connect() as connection:
        connection.execute(f"create table landed as from read_parquet('{path}')")
        connection.execute(f"copy ({sql}) to '{path}' (format parquet)")


def to_csv(path: Path, sql: str, *, mark: bool = False) -> None:
    """Replace a Parquet file by a CSV file of a query over it, with a byte order mark if asked."""
    csv = path.with_suffix(".csv")
    with duckdb.connect() as connection:
        connection.execute(f"create table landed as from read_parquet('{path}')")
        connection.execute(f"copy ({sql}) to '{csv}' (header)")
    path.unlink()
    if mark:
        csv.write_bytes(b"\xef\xbb\xbf" + csv.read_bytes())


def test_a_table_that_was_not_delivered_is_empty(damaged: House) -> None:
    assert damaged.content("stg_meta_ads__ad_history")[0] == 0
    assert damaged.content("stg_meta_ads__basic_ad")[0] > 0


def test_a_column_that_is_gone_is_null_and_its_rows_stay(corner_shop: House, damaged: House) -> None:
    before = corner_shop.query("select count(*), sum(units) from main_staging.stg_amazon__order_item")
    assert damaged.query("select count(*), sum(units) from main_staging.stg_amazon__order_item") == before
    sold = "select sum(discount_amount) from main_marts.fct_sales where source_system = 'amazon'"
    assert corner_shop.value(sold) > 0
    assert damaged.value(sold) == 0


def test_a_column_of_the_retailers_own_reaches_the_sku(damaged: House) -> None:
    rows = damaged.query("select x_columns->>'x_foo' from main_marts.dim_sku")
    assert len(rows) > 10
    assert all(str(row[0]).startswith("shelf ") for row in rows)


def test_a_csv_with_a_byte_order_mark_reads_like_parquet(corner_shop: House, damaged: House) -> None:
    rates = "currency_code, valid_on, exchange_rate"
    assert damaged.content("int_exchange_rates_filled", rates) == corner_shop.content(
        "int_exchange_rates_filled", rates
    )


def test_a_number_that_is_none_goes_to_quarantine(corner_shop: House, damaged: House) -> None:
    sql = (
        "select count(*) from main_marts.fct_quarantine "
        "where source_table = 'receipt' and rejection_reason = 'unreadable value'"
    )
    assert corner_shop.value(sql) == 0
    assert damaged.value(sql) == 1
    rows = damaged.query(
        "select sum(source_row_count)::bigint, bool_and(is_tied) from main_marts.rpt_reconciliation "
        "where source_system = 'wms' and source_table = 'receipt'"
    )
    assert rows == [(corner_shop.content("stg_wms__receipt")[0], True)]
