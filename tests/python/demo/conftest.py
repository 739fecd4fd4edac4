"""Small worlds that the tests of the demo retailer share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from sellthrough.demo import DemoConfig, build_demo


@dataclass(frozen=True)
class Built:
    """A world on disk, with a query helper over its Parquet files."""

    root: Path
    config: DemoConfig
    rows: dict[str, int]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run SQL in which ``{netsuite/item}`` or ``{truth/skus}`` stands for a table."""
        text = sql
        while "{" in text:
            start, end = text.index("{"), text.index("}")
            name = text[start + 1 : end]
            folder = self.root if name.startswith("truth/") else self.root / "raw"
            source = f"read_parquet('{folder / name}.parquet', union_by_name => true)"
            text = f"{text[:start]}{source}{text[end + 1 :]}"
        with duckdb.connect() as connection:
            return connection.execute(text).fetchall()

    def number(self, sql: str) -> float:
        """Return the one number that a query gives."""
        value = self.query(sql)[0][0]
        return float(str(value)) if value is not None else 0.0


def _build(tmp: Path, config: DemoConfig) -> Built:
    return Built(tmp, config, build_demo(config, tmp, say=lambda _: None))


@pytest.fixture(scope="session")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Sixty SKUs, 400 days, five times the usual mess so that each defect occurs."""
    yield _build(tmp_path_factory.mktemp("messy"), DemoConfig(skus=60, days=400, seed=5, mess=5.0))


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Forty SKUs, 200 days, no mess."""
    yield _build(tmp_path_factory.mktemp("clean"), DemoConfig(skus=40, days=200, seed=5, mess=0.0))
