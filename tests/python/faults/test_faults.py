"""The library plants what it says, the same each time, and never in the originals."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sellthrough.demo import DemoConfig, build_demo
from sellthrough.faults import BATCHES, FAULTS, Fault, World, plant_batch
from sellthrough.faults.world import MARK, ROW

BY_NAME = {fault.name: fault for fault in FAULTS}
CONFIG = DemoConfig(skus=60, days=300, seed=7)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the raw data of a small demo."""
    folder = tmp_path_factory.mktemp("faults")
    build_demo(CONFIG, folder, say=lambda _: None)
    return folder / "raw"


def content(folder: Path) -> dict[str, str]:
    """Hash every file below a folder."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def damaged(raw: Path, to: Path, faults: tuple[Fault, ...], seed: int = 7) -> tuple[World, list[Any]]:
    """Plant faults in a copy and write it."""
    world = World(raw, to, seed)
    planted = plant_batch(world, faults)
    world.write()
    return world, planted


def test_there_are_kinds_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(FAULTS) >= 40
    assert len(BY_NAME) == len(FAULTS)
    assert sum(fault.count for fault in FAULTS) >= 500
    assert {fault.outcome for fault in FAULTS} == {"quarantined", "repaired", "counted", "ignored", "refused"}
    assert all(fault.meaning.endswith(".") for fault in FAULTS)


@pytest.mark.parametrize("batch", BATCHES)
def test_a_batch_plants_as_many_as_it_says_each_in_a_row_of_its_own(
    raw: Path, tmp_path: Path, batch: str
) -> None:
    before = content(raw)
    faults = tuple(fault for fault in FAULTS if fault.batch == batch and fault.outcome != "refused")
    world, planted = damaged(raw, tmp_path / "raw", faults)
    counts = {fault.name: sum(item.fault == fault.name for item in planted) for fault in faults}
    assert counts == {fault.name: fault.count for fault in faults}
    rows = [item.row for item in planted if item.row]
    assert len(rows) == len(set(rows))
    for item in planted:
        if item.row and not item.broken_lines:
            marks = {row[MARK] for row in world.table(item.path).rows if row[ROW] == item.row}
            assert marks == {item.fault}
    assert content(raw) == before
    assert content(tmp_path / "raw") != before


@pytest.mark.parametrize("batch", BATCHES)
def test_the_same_seed_plants_the_same_and_another_seed_others(raw: Path, tmp_path: Path, batch: str) -> None:
    faults = tuple(fault for fault in FAULTS if fault.batch == batch and fault.outcome != "refused")
    first = damaged(raw, tmp_path / "first", faults)[1]
    second = damaged(raw, tmp_path / "second", faults)[1]
    assert first == second
    assert content(tmp_path / "first") == content(tmp_path / "second")
    if batch in ("values", "texts", "rows"):
        assert damaged(raw, tmp_path / "other", faults, seed=8)[1] != first


def test_a_fault_changes_its_rows_and_no_other(raw: Path, tmp_path: Path) -> None:
    fault = replace(BY_NAME["null_price"], count=6)
    damaged(raw, tmp_path / "raw", (fault,))
    sql = """
        select count(*) filter (where damaged.x_fault is not null),
            count(*) filter (where (damaged.price is null) != (damaged.x_fault is not null)),
            count(*) filter (where damaged.x_fault is null and damaged.price != sound.price)
        from '{damaged}' as damaged inner join '{sound}' as sound using (id, _fivetran_synced)
    """
    file = "shopify/uk/order_line.parquet"
    found = duckdb.sql(sql.format(damaged=tmp_path / "raw" / file, sound=raw / file)).fetchall()
    assert found == [(2, 0, 0)]


def test_a_row_is_chosen_among_those_that_count(raw: Path, tmp_path: Path) -> None:
    path = "amazon/order_item"
    world = World(raw, tmp_path / "raw", counted={path: {f"{path}:{n}" for n in range(4)}})
    assert sorted(row[ROW] for row in world.choose(path, "any", 4)) == [f"{path}:{n}" for n in range(4)]
    with pytest.raises(ValueError, match="has 0 rows for the fault 'another', 1 are needed: plant fewer"):
        world.choose(path, "another", 1)


@pytest.mark.parametrize(
    ("name", "path", "starts", "ends"),
    [
        ("cut_parquet", "shopify/uk/order_line.parquet", b"PAR1", None),
        ("parquet_without_bytes", "wms/receipt.parquet", b"", b""),
        ("compressed_csv", "wms/receipt.csv", b"\x1f\x8b", None),
        ("workbook_as_csv", "wms/receipt.csv", b"PK\x03\x04", None),
        ("utf_16", "meta_ads/basic_ad.csv", b"\xff\xfe", None),
        ("byte_order_mark", "amazon/order_item.csv", b"\xef\xbb\xbf", None),
        ("trailing_separators", "shopify/eu/inventory_quantity.csv", b"id,", b",,,\n"),
        ("no_bytes", "planning/media_plan.csv", b"", b""),
    ],
)
def test_a_damaged_file_looks_as_it_should(
    raw: Path, tmp_path: Path, name: str, path: str, starts: bytes, ends: bytes | None
) -> None:
    damaged(raw, tmp_path / "raw", (BY_NAME[name],))
    held = (tmp_path / "raw" / path).read_bytes()
    assert held.startswith(starts)
    if ends is not None:
        assert held.endswith(ends) and (ends or not held)
    if name == "cut_parquet":
        assert not held.endswith(b"PAR1")


def test_a_fault_without_what_must_happen_is_refused() -> None:
    fault = FAULTS[0]
    with pytest.raises(ValueError, match="has the outcome 'lost': use one of"):
        replace(fault, outcome="lost")
    with pytest.raises(ValueError, match="must name reasons if, and only if"):
        replace(fault, outcome="quarantined", reasons=())
    with pytest.raises(ValueError, match="must name reasons if, and only if"):
        replace(fault, outcome="repaired", reasons=("no price",))


def test_a_world_is_never_written_over(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="exists already: name one that doesn't"):
        World(raw, tmp_path)
    with pytest.raises(ValueError, match=r"has no 'nowhere/nothing\.parquet'"):
        World(raw, tmp_path / "raw").table("nowhere/nothing")
