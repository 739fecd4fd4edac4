"""What validation sees of a table: promises from contracts, samples by key, nothing personal."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sellthrough.trust import sampling
from sellthrough.trust.contracts import Promise, TableContract, mart_contracts, project_vars, source_contracts
from sellthrough.trust.landing import parts_of
from sellthrough.trust.sampling import field_of, mart_sample, source_sample

PROJECT = Path(__file__).resolve().parents[3]
NOW = dt.datetime(2026, 10, 1)
KNOBS = project_vars(PROJECT)
TILLS = TableContract(
    "pos",
    "sales_line",
    {"receipt_id": "string", "qty": "numeric", "kind": "string", "sold_at": "timestamp", "card": "string"},
    personal=frozenset({"card"}),
    key=("receipt_id",),
    promises=(
        Promise("given", ("qty",)),
        Promise("given", ("card",)),
        Promise("readable", ("qty",)),
        Promise("unique", ("receipt_id", "card")),
        Promise("values", ("kind",), values=("sale", "return")),
        Promise("between", ("sold_at",)),
    ),
)


def knobs(folder: Path, **own: Any) -> dict[str, Any]:
    """Vars of a retailer whose tills land in a folder."""
    return {**KNOBS, "pos_location": folder.as_posix(), **own}


def landed(folder: Path, sql: str, name: str = "sales_line.parquet") -> Path:
    """Write a query's rows where the tills land."""
    with duckdb.connect() as connection:
        how = "(format parquet)" if name.endswith("parquet") else "(header)"
        connection.execute(f"copy ({sql}) to '{folder / name}' {how}")
    return folder


def seen(folder: Path, limit: int = 100, **own: Any) -> sampling.Sample:
    """Sample what landed."""
    with duckdb.connect() as connection:
        parts = parts_of(connection, "pos", "sales_line", knobs(folder, **own))
        return source_sample(connection, TILLS, parts, limit)


def test_every_source_table_and_mart_has_promises() -> None:
    sources = source_contracts(PROJECT, KNOBS, NOW)
    assert len(sources) >= 47
    for contract in sources:
        kinds = {promise.kind for promise in contract.promises}
        assert {"given", "unique"} <= kinds, contract
    marts = mart_contracts(PROJECT, KNOBS)
    assert len(marts) == len(list((PROJECT / "models" / "marts").glob("*/*.sql")))
    for contract in marts:
        kinds = {promise.kind for promise in contract.promises}
        assert {"typed", "given", "unique"} <= kinds, contract
        assert contract.key


def test_a_bound_may_name_a_var_and_follows_it() -> None:
    def bounds(**own: Any) -> tuple[Any, Any]:
        (line,) = (c for c in source_contracts(PROJECT, {**KNOBS, **own}, NOW) if c.system == "pos")
        (qty,) = (p for p in line.promises if p.kind == "between" and p.columns == ("qty",))
        return qty.low, qty.high

    assert bounds() == (-5000, 5000)
    assert bounds(max_line_units=7) == (-7, 7)


def test_a_contract_that_expects_the_unknown_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "staging" / "pos"
    folder.mkdir(parents=True)
    text = (PROJECT / "models" / "staging" / "pos" / "_pos__sources.yml").read_text("utf-8")
    path = folder / "_pos__sources.yml"
    path.write_text(text.replace("dated: [sold_at]", "dated: [soldat]"), "utf-8")
    with pytest.raises(ValueError, match=r"pos\.sales_line expects something of the column 'soldat'"):
        source_contracts(tmp_path, KNOBS, NOW)
    path.write_text(text.replace("dated: [sold_at]", "dates: [sold_at]"), "utf-8")
    with pytest.raises(ValueError, match=r"pos\.sales_line expects 'dates', which is none of"):
        source_contracts(tmp_path, KNOBS, NOW)
    path.write_text(text.replace("qty: [-max_line_units", "qty: [-max_line_unit"), "utf-8")
    with pytest.raises(ValueError, match="'-max_line_unit' is neither a number nor a var"):
        source_contracts(tmp_path, KNOBS, NOW)


def test_a_sample_shows_shapes_where_a_text_is_not_allowed(tmp_path: Path) -> None:
    rows = (
        "select * from (values ('R1', '2', 'SALE', '2026-09-01', 'LY1'), "
        "('R2', '1,250', 'Jane Doe', 'infinity', null), "
        "('R3', ' ', null, '1970-01-01', 'LY2')) as t (receipt_id, qty, kind, sold_at, card)"
    )
    sample = seen(landed(tmp_path, rows))
    frame = sample.rows
    assert (sample.row_count, sample.is_whole) == (3, True)
    assert frame["qty given"].notna().tolist() == [True, True, False]
    assert frame["qty unreadable"].fillna("").tolist() == ["", "9,999", ""]
    assert frame["kind"].fillna("").tolist() == ["sale", "aaaa aaa", ""]
    assert frame["sold_at"].isna().tolist() == [False, True, False]
    assert "card" not in frame.columns
    keys = frame["key (receipt_id, card)"].tolist()
    assert [key.split("|")[1] for key in keys] == ["R1", "R2", "R3"]
    assert not any("LY" in key for key in keys) and len(set(keys)) == 3


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_a_shape_tells_no_letter_and_no_digit(text: str) -> None:
    with duckdb.connect() as connection:
        shape = connection.execute(f"select {sampling._shape('$1')}", [text]).fetchall()[0][0]
    assert len(shape) <= 40
    assert not [sign for sign in shape if (sign.isalpha() or sign.isdecimal()) and sign not in "aA9"]


def test_a_sample_takes_all_rows_of_a_key_or_none_and_every_row_without_one(tmp_path: Path) -> None:
    rows = (
        "select case when i % 1000 = 0 then null else 'R' || (i // 2) end as receipt_id, i as qty, "
        "'sale' as kind, timestamp '2026-09-01' as sold_at, 'LY' as card from range(20000) as r (i)"
    )
    contract = TableContract(
        **{**TILLS.__dict__, "promises": (*TILLS.promises, Promise("given", ("receipt_id",)))}
    )
    with duckdb.connect() as connection:
        parts = parts_of(connection, "pos", "sales_line", knobs(landed(tmp_path, rows)))
        sample = source_sample(connection, contract, parts, 2000)
        again = source_sample(connection, contract, parts, 2000)
    assert (sample.row_count, sample.is_whole) == (20_000, False)
    assert 1600 < len(sample.rows) < 2400
    counts = sample.rows["key (receipt_id, card)"].value_counts()
    with_key = counts[counts < 20]
    assert set(with_key) <= {1, 2} and (with_key == 2).mean() > 0.9
    assert sample.rows["receipt_id given"].isna().sum() == 20
    key = "key (receipt_id, card)"
    assert sorted(sample.rows[key]) == sorted(again.rows[key])


def test_missing_renamed_and_constant_columns(tmp_path: Path) -> None:
    folder = landed(tmp_path, "select 'R1' as RECEIPT_ID, 3 as Menge, timestamp '2026-09-01' as sold_at")
    frame = seen(folder, column_names={"pos.sales_line": {"qty": "Menge", "kind": "'sale'"}}).rows
    assert frame["qty given"].tolist() == [True]
    assert frame["kind"].tolist() == ["sale"]
    assert "card given" not in frame.columns
    assert frame["key (receipt_id, card)"].str.startswith("pos|R1|").all()


def test_where_a_table_lies_and_what_cant_be_read(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        assert parts_of(connection, "pos", "sales_line", knobs(tmp_path)) == []
        assert parts_of(connection, "pos", "sales_line", {**KNOBS, "pos_location": ""}) == []
        for instance in ("north", "south"):
            (tmp_path / instance).mkdir()
            landed(tmp_path / instance, "select 1 as qty", "sales_line.csv")
        parts = parts_of(connection, "pos", "sales_line", knobs(tmp_path))
        assert [part.instance for part in parts] == ["north", "south"]
        whole = tmp_path / "north" / "sales_line.parquet"
        landed(whole.parent, "select 'R1' as receipt_id, 1 as qty")
        whole.write_bytes(whole.read_bytes()[:-20])
        (tmp_path / "south" / "sales_line.csv").write_bytes(b"")
        parts = parts_of(connection, "pos", "sales_line", knobs(tmp_path))
        told = {part.instance: part.error for part in parts if part.error}
        assert len(told) == 2
        assert all(
            re.search(r"north/sales_line\.parquet is cut off|south/sales_line\.csv has no bytes", e)
            for e in told.values()
        )
        assert all(error.endswith("deliver it anew.") and "\n" not in error for error in told.values())
        assert source_sample(connection, TILLS, [p for p in parts if p.error], 10).row_count == 0


def test_a_schema_of_the_warehouse_is_read_like_a_folder() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema tills; create table tills.sales_line as select 'R1' as receipt_id, 2 as qty"
        )
        parts = parts_of(connection, "pos", "sales_line", {**KNOBS, "pos_location": "tills, nowhere"})
        assert [part.instance for part in parts] == ["tills"]
        assert source_sample(connection, TILLS, parts, 10).row_count == 1


def test_a_mart_shows_its_types_as_names() -> None:
    contract = TableContract(
        "marts",
        "fct",
        {"id": "string", "amount": "numeric(18,4)"},
        key=("id",),
        promises=(Promise("typed", ("amount",), pattern="DECIMAL(18,4)"), Promise("unique", ("id",))),
    )
    with duckdb.connect() as connection:
        connection.execute("create table fct as select 'a' as id, cast(1 as decimal(18, 6)) as amount")
        frame = mart_sample(connection, "fct", contract, 10).rows
    assert "amount DECIMAL(18,6)" in frame.columns
    assert field_of(contract.promises[0]) not in frame.columns
    assert frame["key (id)"].tolist() == ["a"]
