"""Retailers of three sizes, each built once and shared by the tests of builds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sellthrough.demo import DemoConfig, build_demo

from .house import House


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.build)


def _world(folder: Path, config: DemoConfig) -> Path:
    build_demo(config, folder, say=lambda _: None)
    return folder


@pytest.fixture(scope="session")
def pool() -> Iterator[ThreadPoolExecutor]:
    """Run dbt commands two at a time: each waits for its own subprocess."""
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture(scope="session")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Build a small retailer, 40 SKUs over 420 days, with every seed, model and data test."""
    world = _world(tmp_path_factory.mktemp("retailer"), DemoConfig(skus=40, days=420, seed=11))
    house = House(world / "house", world / "raw")
    house.dbt_from_the_shell("build", "--exclude-resource-type", "unit_test")
    return house


@pytest.fixture(scope="session")
def corner_shop(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Build a very small retailer, 20 SKUs over 120 days, with one thread. Copy it before you change it."""
    world = _world(tmp_path_factory.mktemp("corner_shop"), DemoConfig(skus=20, days=120, seed=11))
    return House(world / "house_1", world / "raw").built("--threads", "1")


@pytest.fixture(scope="session")
def twins(corner_shop: House) -> tuple[House, House]:
    """Return the very small retailer built with one thread and two workers, and with four and one."""
    root = corner_shop.root.parent / "house_4"
    return corner_shop, House(root, corner_shop.raw, {"forecast_workers": 4}).built("--threads", "4")
