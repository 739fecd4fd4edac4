"""The same orders as another connector writes them: all as text, times with their offset from UTC."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from .house import House

TABLES = ("order", "order_line", "refund", "order_line_refund", "order_adjustment")


def as_text(source: Path, target: Path) -> None:
    """Write a Parquet file again with every column as text; times two hours east of UTC."""
    with duckdb.connect() as connection:
        described = connection.execute("describe select * from read_parquet(?)", [str(source)]).fetchall()
        columns = []
        for name, data_type, *_ in described:
            column = f'"{name}"'
            if data_type == "TIMESTAMP":
                told = f"strftime({column} + interval 2 hour, '%Y-%m-%dT%H:%M:%S.%f+02:00')"
            elif data_type == "DOUBLE":
                told = f"cast(cast({column} as decimal(18, 4)) as varchar)"
            else:
                told = f"cast({column} as varchar)"
            columns.append(f"{told} as {column}")
        connection.execute(
            f"copy (select {', '.join(columns)} from read_parquet('{source}')) to '{target}' (format parquet)"
        )


@pytest.fixture(scope="module")
def texts(corner_shop: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Stage the shops from files in which everything is text."""
    folder = tmp_path_factory.mktemp("texts")
    raw = folder / "raw"
    shutil.copytree(corner_shop.raw, raw)
    for table in TABLES:
        for source in (corner_shop.raw / "shopify").glob(f"*/{table}.parquet"):
            as_text(source, raw / "shopify" / source.parent.name / source.name)
    house = corner_shop.copied(folder / "house", raw=raw)
    house.dbt("run", "--select", "staging.shopify")
    return house


@pytest.mark.parametrize("table", TABLES)
def test_a_text_export_stages_like_a_typed_one(corner_shop: House, texts: House, table: str) -> None:
    name = f"stg_shopify__{table}"
    typed = corner_shop.content(name)
    assert typed[0] > 0
    assert texts.content(name) == typed
