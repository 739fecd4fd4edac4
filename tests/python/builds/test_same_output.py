"""The same raw data give the same tables to the bit, whatever the number of threads and workers."""

from __future__ import annotations

import pytest

from .house import BY_RUN, PROJECT, House

TABLES = sorted(
    path.stem
    for pattern in (
        *("models/marts/*/*.sql", "models/intermediate/*/*.sql"),
        *("python_models/*/*.py", "snapshots/*.sql"),
    )
    for path in PROJECT.glob(pattern)
)


@pytest.mark.parametrize("table", TABLES)
def test_one_thread_and_four_threads_give_the_same(twins: tuple[House, House], table: str) -> None:
    one, four = twins
    columns = BY_RUN.get(table, "*")
    assert one.content(table, columns) == four.content(table, columns)


def test_the_tables_that_are_compared_hold_something(twins: tuple[House, House]) -> None:
    filled = [table for table in TABLES if twins[0].content(table)[0] > 0]
    assert len(filled) > 70


def test_a_content_hash_notices_the_smallest_change(twins: tuple[House, House]) -> None:
    one = twins[0]
    nudged = "* replace (mean_units + case when horizon_days = 7 then 0.000001 else 0 end as mean_units)"
    assert one.content("fct_demand_forecast") != one.content("fct_demand_forecast", nudged)
