"""A history gains a version where something changed, on the day of the data, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from .house import House

SNAPSHOTS = ("snap_sku_terms", "snap_supplier_terms", "snap_channel_prices", "snap_reorder_policy")
GATHERED, SKUS, CUT_OFF = "int_sku_terms_gathered", "snap_sku_terms", "int_sales_cut_off"


class Story:
    """A warehouse whose days pass and whose terms change by hand, with what its snapshots held."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.held: dict[str, dict[str, tuple[int, int]]] = {}
        self.versions: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
        rows = house.query(f"select sku_id from main_snapshots.{SKUS} order by 1 limit 3")
        self.repriced, self.gone, self.same = (str(row[0]) for row in rows)
        self.first_day = house.value(f"select cut_off_on from main_intermediate.{CUT_OFF}")

    def tell(self, step: str, *changes: str, snapshots: tuple[str, ...] = (SKUS,)) -> None:
        """Change the warehouse, record what it holds, and keep what the snapshots say."""
        for change in changes:
            self.house.execute(change)
        if snapshots:
            self.house.dbt("snapshot", "--select", *snapshots)
        self.held[step] = {name: self.house.content(name) for name in SNAPSHOTS}
        rows = self.house.query(
            f"select sku_id, unit_cost_amount::int, valid_from_on - date '{self.first_day}', "
            f"valid_before_on - date '{self.first_day}' from main_snapshots.{SKUS} order by 1, 3"
        )
        self.versions[step] = {}
        for sku_id, *version in rows:
            self.versions[step].setdefault(sku_id, []).append(tuple(version))


def on_day(day: int, first: object) -> str:
    """Return the SQL that lets the data end this many days after the first."""
    return f"update main_intermediate.{CUT_OFF} set cut_off_on = date '{first}' + {day}"


def costs(sku_id: str, cost: int) -> str:
    """Return the SQL that gives a SKU another cost."""
    return f"update main_intermediate.{GATHERED} set unit_cost_amount = {cost} where sku_id = '{sku_id}'"


@pytest.fixture(scope="module")
def story(corner_shop: House, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Tell a week of the very small retailer."""
    told = Story(corner_shop.copied(tmp_path_factory.mktemp("history") / "house"))
    first = told.first_day
    told.tell("built", snapshots=())
    told.tell("built again", snapshots=SNAPSHOTS)
    told.tell("a day without a change", on_day(1, first), snapshots=SNAPSHOTS)
    told.tell("cost 700", on_day(3, first), costs(told.repriced, 700))
    told.tell("cost 800 on the same day", costs(told.repriced, 800))
    told.tell("an earlier day", on_day(2, first), costs(told.repriced, 900))
    told.tell(
        "cost 800 and one SKU gone",
        on_day(5, first),
        costs(told.repriced, 800),
        f"create table main_intermediate.kept as from main_intermediate.{GATHERED}",
        f"delete from main_intermediate.{GATHERED} where sku_id = '{told.gone}'",
    )
    told.tell(
        "it was there all the time",
        f"insert into main_intermediate.{GATHERED} from main_intermediate.kept where sku_id = '{told.gone}'",
    )
    told.tell(
        "it goes a day later",
        on_day(6, first),
        f"delete from main_intermediate.{GATHERED} where sku_id = '{told.gone}'",
    )
    told.tell(
        "it comes back",
        on_day(8, first),
        f"insert into main_intermediate.{GATHERED} from main_intermediate.kept where sku_id = '{told.gone}'",
    )
    told.house.dbt("run", "--select", "dim_sku_history")
    return told


def before(versions: Mapping[str, list[tuple[Any, ...]]], sku_id: str) -> int:
    """Cost of a SKU in its first version."""
    return int(versions[sku_id][0][0])


def test_each_sku_begins_with_one_version_on_the_last_day_of_the_data(story: Story) -> None:
    versions = story.versions["built"]
    assert len(versions) == 20
    assert all([v[1:] for v in of_sku] == [(0, None)] for of_sku in versions.values())
    assert all(rows > 0 for rows, _ in story.held["built"].values())


@pytest.mark.parametrize("step", ["built again", "a day without a change"])
def test_nothing_changes_where_nothing_changed(story: Story, step: str) -> None:
    assert story.held[step] == story.held["built"]


def test_another_cost_begins_a_version_and_ends_the_former(story: Story) -> None:
    versions = story.versions["cost 700"]
    cost = before(story.versions["built"], story.repriced)
    assert versions[story.repriced] == [(cost, 0, 3), (700, 3, None)]
    others = {sku_id: v for sku_id, v in versions.items() if sku_id != story.repriced}
    assert others == {s: v for s, v in story.versions["built"].items() if s != story.repriced}


def test_a_second_build_of_a_day_replaces_the_first(story: Story) -> None:
    cost = before(story.versions["built"], story.repriced)
    assert story.versions["cost 800 on the same day"][story.repriced] == [(cost, 0, 3), (800, 3, None)]
    assert story.versions["it was there all the time"][story.gone] == story.versions["built"][story.gone]


def test_a_build_of_an_earlier_day_leaves_the_history_alone(story: Story) -> None:
    assert story.held["an earlier day"] == story.held["cost 800 on the same day"]


def test_what_is_gone_ends_on_the_datas_day_and_may_come_back(story: Story) -> None:
    cost = before(story.versions["built"], story.gone)
    assert story.versions["cost 800 and one SKU gone"][story.gone] == [(cost, 0, 5)]
    assert story.versions["it goes a day later"][story.gone] == [(cost, 0, 6)]
    assert story.versions["it comes back"][story.gone] == [(cost, 0, 6), (cost, 8, None)]


@pytest.mark.parametrize(("day", "cost"), [(0, "first"), (2, "first"), (3, "800"), (9, "800")])
def test_the_cost_of_a_day_is_one_join_away(story: Story, day: int, cost: str) -> None:
    wanted = before(story.versions["built"], story.repriced) if cost == "first" else int(cost)
    found = story.house.query(
        "select unit_cost_amount::int from main_marts.dim_sku_history "
        f"where sku_id = '{story.repriced}' and date '{story.first_day}' + {day} "
        f"between valid_from_on and coalesce(valid_to_on, date '9999-12-31')"
    )
    assert found == [(wanted,)]
