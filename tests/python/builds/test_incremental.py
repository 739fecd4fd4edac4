"""Rows that land late, twice, changed or deleted, in any order, give what a full build gives, to the bit."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sellthrough.demo import DemoConfig, build_demo

from .house import BY_RUN, MODELS_AND_SEEDS, PROJECT, House

SLICES = 3
LAST_DAYS = 2
STAMPS = ("_fivetran_synced", "loaded_at")
FLOORS = ("--select", "path:models/staging", "+path:models/marts/core", "+path:models/marts/trust")
NOT_SQL = ("--exclude", "path:python_models+")
# The connector leaves the stamp out of these, and of some rows of all others.
WITHOUT_STAMPS = ("order_line_refund",)
# Rows of these change after they landed: the column, and what an edit makes of it.
EDITS = {
    "order_line": ("quantity", "quantity + 1"),
    "order_item": ("quantity_ordered", "quantity_ordered + 1"),
    "transactionline": ("quantity", "quantity * 2"),
    "sales_line": ("qty", "qty + 1"),
    "stock_snapshot": ("qty_each", "qty_each + 2"),
}


def _columns(rows: str) -> list[str]:
    return [str(row[0]) for row in duckdb.sql(f"describe {rows}").fetchall()]


def sliced(raw: Path, to: Path, seed: int) -> list[Path]:
    """Cut raw tables into slices as a connector would land them, and return the folders after each.

    What landed before the last days lands in a random one of the first two slices, some of it again in the
    second, some of that changed and some deleted, and some orders of a shop under another id; the last
    slice is the last days, as they came, some rows of old days among them, changed and without a stamp. A
    row's stamp says when it landed, where it has one. A table without a stamp is there from the beginning.
    """
    stamped = [
        f"select max({stamp}) as newest from read_parquet('{file}') having max({stamp}) != min({stamp})"
        for file in sorted(raw.rglob("*.parquet"))
        for stamp in STAMPS
        if stamp in _columns(f"from read_parquet('{file}')")
    ]
    newest = duckdb.sql(f"select max(newest) from ({' union all '.join(stamped)})").fetchall()[0][0]
    folders = [to / f"slice_{number}" for number in range(SLICES)]
    for file in sorted(raw.rglob("*")):
        if not file.is_file():
            continue
        targets = [folder / file.relative_to(raw) for folder in folders]
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix != ".parquet":
            for target in targets:
                target.write_bytes(file.read_bytes())
            continue
        rows = f"from read_parquet('{file}', file_row_number = true)"
        columns = _columns(rows)
        stamp = next((name for name in STAMPS if name in columns), None)
        table = file.parent.name if file.stem.isdigit() else file.stem
        if stamp is None:
            for target in targets:
                target.write_bytes(file.read_bytes())
            continue
        chance = f"(hash(file_row_number, '{file.relative_to(raw)}', {seed}) % 1000)"
        column, changed = EDITS.get(table, (stamp, stamp))
        deleted = ", true as _fivetran_deleted" if "_fivetran_deleted" in columns else ""
        at_end = (
            f"({stamp} > timestamp '{newest}' - interval {LAST_DAYS} day "
            f"and {stamp} > (select min({stamp}) {rows}))"
        )
        last = f"{SLICES - 2} as slice {rows} where not {at_end} and {chance}"
        unnoticed = f"slice = {SLICES - 1} and {chance} between 260 and 262"
        renamed = ""
        if file.relative_to(raw).parts[0] == "shopify" and table == "order":
            id_type = duckdb.sql(f"select typeof(id) {rows} limit 1").fetchall()[0][0]
            other_id = f"cast('9' || id as {id_type})"
            renamed = f"union all by name select * replace ({other_id} as id), {last} between 240 and 259"
        arrivals = f"""
            select *, case when {at_end} then {SLICES - 1} else {chance} % {SLICES - 1} end::int as slice
            {rows}
            union all by name select *, {last} between 100 and 199
            union all by name select * replace ({changed} as {column}), {last} between 200 and 229
            union all by name select * replace ({stamp} as {stamp}{deleted}), {last} between 230 and 239
            union all by name
            select * replace ({changed} as {column}), {SLICES - 1} as slice {rows}
            where not {at_end} and {chance} between 260 and 262
            {renamed}
        """
        no_stamp = "true" if table in WITHOUT_STAMPS else f"{chance} between 225 and 232 or {unnoticed}"
        for number, target in enumerate(targets):
            landed = (
                f"case when {no_stamp} then cast(null as timestamp) "
                f"else timestamp '2026-10-01' + to_days(slice * 2) + to_minutes({chance}::int) end"
            )
            duckdb.sql(
                f"copy (select * exclude (slice, file_row_number) replace ({landed} as {stamp}) "
                f"from ({arrivals}) where slice <= {number}) to '{target}' (format parquet)"
            )
    return folders


@pytest.mark.parametrize("seed", [5])
def test_slices_in_any_order_give_what_one_full_build_gives(tmp_path: Path, seed: int) -> None:
    build_demo(DemoConfig(skus=20, days=100, seed=seed), tmp_path / "world", say=lambda _: None)
    raw = tmp_path / "raw"
    bit_by_bit = House(tmp_path / "bit_by_bit", raw)
    for folder in sliced(tmp_path / "world" / "raw", tmp_path / "slices", seed):
        raw.unlink(missing_ok=True)
        raw.symlink_to(folder)
        bit_by_bit.dbt("build", *MODELS_AND_SEEDS, *FLOORS, *NOT_SQL)
    at_once = House(tmp_path / "at_once", raw)
    at_once.dbt("build", *MODELS_AND_SEEDS, *FLOORS, *NOT_SQL)
    tables = sorted(
        path.stem
        for pattern in ("models/marts/*/*.sql", "models/intermediate/*/*.sql")
        for path in PROJECT.glob(pattern)
        if path.stem in at_once.relations()
    )
    assert len(tables) > 100
    # mappings that are gone and what a history saw are of the runs, too
    differing = {
        name
        for name in tables
        if name != "int_mappings_restated"
        and not name.endswith("_history")
        and bit_by_bit.content(name, BY_RUN.get(name, "*")) != at_once.content(name, BY_RUN.get(name, "*"))
    }
    assert differing == set()
    # the last days restated most series from the last days on, and nothing was built anew
    table = "main_intermediate.restatements"
    noted = f"from {table} where restated_at = (select max(restated_at) from {table})"
    assert bit_by_bit.value(f"select count(*) {noted} and sku_id is null") == 0
    followed = f"{noted} and model_name = 'fct_stock_ledger'"
    series = bit_by_bit.value(f"select count(*) {followed}")
    first_on = f"(select max(stock_on) from main_marts.fct_stock_ledger) - {LAST_DAYS + 1}"
    assert series > 20
    late = bit_by_bit.value(f"select count(*) {followed} and restated_from_on >= {first_on}")
    assert late > series / 2
    # the builds between were continued, not made anew, and read again as many hours as the var says
    compiled = bit_by_bit.target / "compiled/sellthrough/models/staging/shopify/stg_shopify__order_line.sql"
    continued = compiled.read_text("utf-8")
    assert "renewed" in continued
    bit_by_bit.dbt("compile", "--select", "stg_shopify__order_line")
    day = compiled.read_text("utf-8")
    bit_by_bit.dbt("compile", "--select", "stg_shopify__order_line", landing_overlap_hours=96)
    assert "renewed" in day and compiled.read_text("utf-8") != day
    assert at_once.value("select count(*) from main_marts.fct_sales") > 1000
    superseded = "select count(*) from main_intermediate.int_shopify_lines_joined where is_superseded"
    assert at_once.value(superseded) > 10
