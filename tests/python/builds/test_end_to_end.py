"""A small retailer builds from raw tables to decisions, and every test of the project holds."""

from __future__ import annotations

import csv
import json
from decimal import Decimal

import pytest

from .house import PROJECT, House

# Every key of the demo's tills and shops may find its SKU by luck of the seed: then nothing is unmapped.
# Validation runs in a process of its own, which the tests of validation start; a forecast changes with the
# second vintage, which the tests of vintages make.
MAY_BE_EMPTY = {"rpt_unmapped", "rpt_validation_results", "rpt_forecast_changes"}
MARTS = sorted(path.stem for path in (PROJECT / "models" / "marts").glob("*/*.sql"))


def test_the_small_retailer_builds_and_passes_every_test(retailer: House) -> None:
    results = json.loads((retailer.target / "run_results.json").read_text("utf-8"))["results"]
    bad = [r["unique_id"] for r in results if r["status"] not in ("success", "pass", "no-op")]
    assert bad == []
    kinds = {r["unique_id"].split(".")[0] for r in results}
    assert {"model", "seed", "test"} <= kinds
    tested = {r["unique_id"] for r in results if r["status"] == "pass"}
    singular = {path.stem for path in (PROJECT / "tests" / "data").glob("*.sql")}
    assert singular and all(any(f".{name}" in test for test in tested) for name in singular)


@pytest.mark.parametrize("mart", MARTS)
def test_each_mart_has_rows(retailer: House, mart: str) -> None:
    rows, _ = retailer.content(mart)
    assert rows > 0 or mart in MAY_BE_EMPTY


def test_the_queue_is_ranked_by_money(retailer: House) -> None:
    rows = retailer.query(
        "select action_rank, value_amount from main_marts.rpt_action_queue order by action_rank"
    )
    assert [rank for rank, _ in rows] == list(range(1, len(rows) + 1))
    values = [Decimal(value) for _, value in rows]
    assert values == sorted(values, reverse=True)
    assert min(values) > 0


def test_the_queue_has_several_kinds_of_action(retailer: House) -> None:
    kinds = {row[0] for row in retailer.query("select distinct action_kind from main_marts.rpt_action_queue")}
    assert len(kinds) >= 3, kinds


def test_each_action_is_explained_by_a_row_that_is_there(retailer: House) -> None:
    relations = retailer.relations("main_marts")
    key_of = {
        node["name"]: key_column(node)
        for node in retailer.manifest()["nodes"].values()
        if node["resource_type"] == "model"
    }
    tables = [
        row[0] for row in retailer.query("select distinct explained_by from main_marts.rpt_action_queue")
    ]
    assert tables
    for table in tables:
        lost = retailer.query(
            f"select explained_by_id from main_marts.rpt_action_queue where explained_by = '{table}' "
            f"and explained_by_id not in (select {key_of[table]} from {relations[table]})"
        )
        assert lost == [], f"{table} lacks these rows"


def key_column(node: dict[str, object]) -> str:
    """First column of a model, which is its key."""
    columns = node["columns"]
    assert isinstance(columns, dict)
    return next(iter(columns), "")


def test_seeds_land_as_they_are_written(retailer: House) -> None:
    for path in sorted((PROJECT / "seeds").glob("*/*.csv")):
        with path.open(newline="", encoding="utf-8") as lines:
            written = sum(1 for _ in csv.DictReader(lines))
        assert retailer.content(path.stem)[0] == written, path.stem
