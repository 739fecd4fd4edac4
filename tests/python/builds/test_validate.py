"""Validation around a build: raw flaws are told, broken marts aren't published, BI sees the results."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sellthrough.trust.contracts import mart_contracts, project_vars
from sellthrough.trust.outcomes import Outcome
from sellthrough.trust.validate import main, publish, validate_marts, validate_raw

from .house import PROJECT, House, copied_raw

KNOBS = project_vars(PROJECT)


def run(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "sellthrough.trust.validate"),
            *("--warehouse", str(house.file), "--out", str(house.validation), *arguments),
        ],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(corner_shop: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Copy the very small retailer, with raw files of which some are damaged."""
    root = tmp_path_factory.mktemp("validated")
    raw = copied_raw(corner_shop.raw, root / "raw")
    item = raw / "netsuite" / "item.parquet"
    item.write_bytes(item.read_bytes()[:-50])
    (raw / "amazon" / "orders.parquet").unlink()
    with duckdb.connect() as connection:
        receipts = raw / "wms" / "receipt.parquet"
        connection.execute(f"create table landed as from read_parquet('{receipts}')")
        connection.execute(
            "copy (select * exclude (qty_each), "
            "case when rowid = 0 then '12 boxes' else qty_each::varchar end "
            f"as quantity from landed) to '{receipts.with_suffix('.csv')}' (header)"
        )
        receipts.unlink()
        connection.execute(
            f"copy (from landed limit 0) to '{raw / 'fx' / 'daily_rate.parquet'}' (format parquet)"
        )
    yield corner_shop.copied(root / "house", raw=raw)


@pytest.fixture(scope="module")
def raw(house: House) -> dict[tuple[str, str], Outcome]:
    """Validate what landed."""
    knobs = {**KNOBS, "raw_folder": house.raw.as_posix(), "klaviyo_location": ""}
    outcomes = validate_raw(PROJECT, house.file, knobs, out=house.validation, say=lambda _: None)
    return {(outcome.table, outcome.expectation_id): outcome for outcome in outcomes}


def test_what_cant_be_read_is_one_clear_sentence_and_the_rest_goes_on(
    raw: dict[tuple[str, str], Outcome],
) -> None:
    unreadable = raw["netsuite.item", "readable file netsuite"]
    assert not unreadable.is_met
    assert "netsuite/item.parquet is cut off" in unreadable.message
    assert unreadable.message.endswith("deliver it anew.") and "\n" not in unreadable.message
    assert len({table for table, _ in raw}) >= 40


def test_missing_systems_and_tables_are_no_flaw_and_empty_ones_keep_their_promises(
    raw: dict[tuple[str, str], Outcome],
) -> None:
    tables = {table for table, _ in raw}
    assert not {"klaviyo.event", "amazon.orders", "orders.order_line"} & tables
    # the file that was written in place of the rates has no rows and other columns
    rates = {name: outcome for (table, name), outcome in raw.items() if table == "fx.daily_rate"}
    assert not rates["present rate"].is_met
    assert rates["present rate"].table_row_count == 0


def test_a_renamed_column_is_told_with_its_remedy(raw: dict[tuple[str, str], Outcome]) -> None:
    told = raw["wms.receipt", "present qty_each"]
    assert told.message == (
        "wms.receipt.qty_each is in none of the delivered files: map its new name in the var column_names."
    )
    assert ("wms.receipt", "readable qty_each") not in raw


def test_a_mapped_column_is_read_under_its_own_name(house: House, tmp_path: Path) -> None:
    names = {"wms.receipt": {"qty_each": "quantity"}}
    knobs = {**KNOBS, "raw_folder": house.raw.as_posix(), "column_names": names}
    outcomes = validate_raw(
        PROJECT, house.file, knobs, out=tmp_path, tables=["wms.receipt"], say=lambda _: None
    )
    broken = {outcome.expectation_id: outcome for outcome in outcomes if not outcome.is_met}
    assert broken["readable qty_each"].unexpected_sample == "99 aaaaa"
    assert broken["readable qty_each"].unexpected_count == 1


def test_repeated_deliveries_and_slips_of_the_keyboard_are_told(raw: dict[tuple[str, str], Outcome]) -> None:
    repeated = raw["pos.sales_line", "unique store_code, till_id, receipt_id, line_no, loaded_at"]
    assert not repeated.is_met and repeated.severity == "warning" and repeated.unexpected_count
    assert raw["pos.sales_line", "given qty"].is_met


def test_the_marts_pass_and_are_published_and_a_broken_one_leaves_the_old_publication(
    house: House, tmp_path: Path
) -> None:
    published = tmp_path / "published" / "warehouse.duckdb"
    contracts = mart_contracts(PROJECT, KNOBS)
    with pytest.raises(ValueError, match=r"no results of the marts .* run the phase marts first"):
        publish(house.file, published, tmp_path, contracts)
    outcomes = validate_marts(PROJECT, house.file, KNOBS, out=tmp_path, say=lambda _: None)
    assert [outcome.message for outcome in outcomes if not outcome.is_met] == []
    assert {outcome.source_table for outcome in outcomes} == {contract.table for contract in contracts}
    publish(house.file, published, tmp_path, contracts)
    first = published.stat()
    assert not first.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    with duckdb.connect(str(published), read_only=True) as reader:
        assert reader.execute("select count(*) from main_marts.fct_sales").fetchall()[0][0] > 0

    broken = house.copied(tmp_path / "broken")
    broken.execute("insert into main_marts.fct_sales select * from main_marts.fct_sales limit 1")
    broken.execute("alter table main_marts.dim_sku alter unit_cost_amount type double")
    broken.execute("update main_marts.fct_demand_daily set in_stock_share = 1.5 where rowid = 0")
    broken.execute("drop table main_marts.rpt_unmapped")
    said: list[str] = []
    outcomes = validate_marts(PROJECT, broken.file, KNOBS, out=tmp_path, say=said.append)
    told = {outcome.expectation_id: outcome.message for outcome in outcomes if not outcome.is_met}
    assert set(told) == {
        "unique sales_line_id",
        "typed unit_cost_amount",
        "between in_stock_share",
        "present table",
    }
    assert told["typed unit_cost_amount"].endswith("should have the type DECIMAL(18,4) and has DOUBLE.")
    assert told["between in_stock_share"].endswith("rows break it, such as 1.5.")
    assert said[:-1] == [f"critical: {message}" for message in told.values()]
    with pytest.raises(ValueError, match="4 promises of the marts are broken, so nothing was published"):
        publish(broken.file, published, tmp_path, contracts)
    assert published.stat().st_ino == first.st_ino


def test_the_command_line_ends_as_it_should_and_people_see_the_results_in_the_warehouse(
    corner_shop: House, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = corner_shop.copied(tmp_path / "own")
    raw_folder = f'{{"raw_folder": "{house.raw.as_posix()}"}}'
    done = run(own, "--phase", "raw", "--vars", raw_folder, "--tables", "netsuite.item", "pos.sales_line")
    assert done.returncode == 0, done.stderr
    assert "netsuite/item.parquet is cut off" in done.stdout
    assert "raw: 1 suites" in done.stdout and "index.html" in done.stdout
    own.execute("update main_marts.rpt_action_queue set action_kind = 'dance' where action_rank = 1")
    place = ["--project", str(PROJECT), "--warehouse", str(own.file), "--out", str(own.validation)]
    assert main(["--phase", "marts", *place, "--tables", "no_such_mart"]) == 1
    assert capsys.readouterr().err.startswith("No contract is named 'no_such_mart'; there are ")
    assert main(["--phase", "marts", *place, "--tables", "rpt_action_queue"]) == 1
    assert "rpt_action_queue.action_kind should hold: is one of order" in capsys.readouterr().out
    assert main(["--phase", "publish", *place, "--published", str(tmp_path / "published.duckdb")]) == 1
    assert capsys.readouterr().err == "1 promises of the marts are broken, so nothing was published.\n"
    own.dbt("run", "--select", "stg_validation__validation_result+")
    rows = own.query(
        "select run_phase, validated_table, consequence, count(*) from main_marts.rpt_validation_results "
        "where not is_met group by all order by all"
    )
    assert ("marts", "rpt_action_queue", "publication stopped", 1) in rows
    assert ("raw", "item", "rows quarantined", 1) in rows
    assert any(row[:3] == ("raw", "sales_line", "told") for row in rows)


def test_without_great_expectations_it_says_what_to_do(house: House, tmp_path: Path) -> None:
    (tmp_path / "great_expectations.py").write_text("raise ModuleNotFoundError(name='great_expectations')")
    done = subprocess.run(
        [sys.executable, "-m", "sellthrough.trust.validate", "--phase", "raw"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT / 'src'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "Validation needs great_expectations: run `make validate`, which installs it.\n"
